"""What an operator sets about demands for users' data."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field


class ForUsers(BaseModel):
    """Where records are asked for, how they leave, and the provider's own figures for emergencies."""

    records: Literal["none", "postgres", "exports", "synapse", "webhook"] = Field(
        default="none",
        description="Where users' records are asked for: postgres or exports by the queries of a file, synapse or "
        "webhook with the platform's settings; none: demands about users wait for a person",
    )
    records_queries: Path | None = Field(
        default=None, description="postgres and exports: the file with one query for each category of records"
    )
    records_database_file: Path | None = Field(
        default=None,
        description="postgres: file, its owner's only, with the connection string of a reading role",
    )
    records_exports: Path | None = Field(default=None, description="exports: the folder of Parquet and CSV files")
    decoys_file: Path | None = Field(
        default=None, description="File, its owner's only, with salted digests of identifiers that belong to nobody"
    )
    emergencies_officer: int = Field(
        default=3,
        ge=0,
        le=1000,
        description="Emergencies that one officer may claim in a day; more count as none",
    )
    emergencies_authority: int = Field(default=10, ge=0, le=10_000, description="The same for a whole authority")
    emergency_rest_minutes: int = Field(
        default=60,
        ge=0,
        le=10_080,
        description="In an emergency: minutes for which the rest waits after subscriber data",
    )
    package_days: int = Field(default=30, ge=10, le=45, description="Days for which a package can be fetched")
    custodian: str = Field(
        default="the records office", description="Who certifies what is disclosed, as it stands on the certificate"
    )
