"""What happens in the demo: an authority is enrolled, five orders come in, each must end as the law says."""

from __future__ import annotations

import smtplib
import subprocess
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from comity.settings import Settings
from demo_portal import order_by_portal
from demo_world import BIN, HOST, World
from support import orders


def _now() -> datetime:
    return datetime.now(UTC)


class Story:
    """Tells it step by step, prints the timelines, keeps what was not as it should be."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.wrong: list[str] = []
        self.passwords: dict[str, str] = {}
        self.police = orders.Authority.named()
        self.docket = self._open_docket()

    def _open_docket(self) -> Any:
        """The docket in this process, to enrol people and authorities as staff would in the console."""
        settings = Settings.from_environment(self.world.environment)
        from comity.main.operating import found_staff

        people = {
            "anna": frozenset({"registrar", "administrator"}),
            "ben": frozenset({"approver"}),
            "carla": frozenset({"legal"}),
            "mia": frozenset({"moderator"}),
        }
        self.passwords = dict(found_staff(settings, list(people.items())))
        from comity.main.compose import docket_of

        docket = docket_of(settings)
        self.staff = {line.name: line.id for line in docket.staff()}
        return docket

    def tell(self) -> int:
        """Every order; gives the number of the first case, which was carried out."""
        authority, client = self.enrol()
        mailed = self.order_by_mail()
        filed = self.order_by_api(client)
        wrong = self.order_with_faults(client)
        portal = order_by_portal(self, authority)
        forged = self.forged_order()
        for title, case in (
            ("A signed PDF by e-mail", mailed),
            ("An order by API", filed),
            ("An order with two wrong fields", wrong),
            ("An order through the portal", portal),
            ("A forged order", forged),
        ):
            self.print_timeline(title, case)
        self.check_notice(mailed)
        return mailed

    # -- enrolment -----------------------------------------------------------------------------------------------------

    def enrol(self) -> tuple[str, Any]:
        """An authority by call-back and two people; its certificate, its API client, a standing rule."""
        docket, staff = self.docket, self.staff
        fields = {
            "name": self.police.name, "member_state": "FR", "roles": ["12(1)(a)"], "mail_domains": "authority.example",
            "feedback_contact": "orders@authority.example", "number": "+33 1 40 00 00 00",
            "first_source": "commission_register", "first_place": "register of Article 12(4), France",
            "second_source": "official_site", "second_place": "contact page of the ministry",
        }  # fmt: skip
        authority = docket.propose_authority(staff["anna"], fields=fields)
        number = docket.authority(authority, staff["anna"]).held.numbers[0].number
        docket.record_call_back(
            staff["anna"], authority, number=number, spoken_to="the duty officer", outcome="verified"
        )
        docket.confirm_authority(staff["ben"], authority)
        docket.confirm_authority(staff["carla"], authority)
        docket.enrol_certificate(staff["anna"], authority, pem=self.police.pem, label="seal")
        client = docket.enrol_client(staff["anna"], authority, label="case system")
        for credential in docket.authority(authority, staff["anna"]).credentials:
            docket.confirm_certificate(staff["ben"], credential.id)
        self._make_rule(authority)
        print(f"enrolled: {self.police.name}, called back on {number}, confirmed by Ben and Carla; rule by both\n")
        return authority, client

    def _make_rule(self, authority: str) -> None:
        from comity.casefile.clock import Instant

        until = Instant(_now() + timedelta(days=90))
        self.docket.propose_rule(
            self.staff["carla"],
            authority=authority,
            channels=("api", "email", "portal"),
            valid_until=until,
            why="nights",
        )
        rule = next(line.rule for line in self.docket.rules() if line.authority == authority)
        self.docket.approve_rule(self.staff["ben"], rule)

    # -- orders --------------------------------------------------------------------------------------------------------

    def order_by_mail(self) -> int:
        """A PAdES-signed PDF of Annex I arrives by SMTP, is carried out and answered by e-mail."""
        url = self.publish("First post")
        at = _now().isoformat(timespec="seconds")
        form = orders.order(order_reference="OFAC-2026-0001", issued_at=at, content_locations=[{"url": url}])
        form["issuer"]["date"] = at[:10]
        pdf = orders.signed_pdf(orders.as_fields_pdf(form), self.police, at)
        self.send(orders.mail(pdf, message_id="<demo-1@authority.example>"))
        number = self.settle("OFAC-2026-0001", "in_effect")
        self.expect(self.gone(url), f"{url} is gone for a stranger")
        self.expect(self.world.mailbox.wait(1, 20), "Annex II came back by e-mail")
        if self.world.mailbox.messages:
            answer = self.world.mailbox.messages[0]
            sealed = [part.get_payload(decode=True) for part in answer.iter_attachments()]
            self.expect(bool(sealed) and b"/ByteRange" in sealed[0], "the answer is a sealed PDF")
            self.expect("<demo-1@authority.example>" in str(answer["In-Reply-To"]), "in the thread of the order")
        self._first_url = url
        return number

    def order_by_api(self, client: Any) -> int:
        """The same as JSON through the API, with a non-disclosure decision."""
        url = self.publish("Second post")
        at = _now().isoformat(timespec="seconds")
        form = orders.order(
            order_reference="OFAC-2026-0002", issued_at=at, content_locations=[{"url": url}], nondisclosure=True
        )
        filed = self.post(client, form, "demo-2")
        number = self.settle("OFAC-2026-0002", "in_effect")
        self.expect(self.gone(url), f"{url} is gone for a stranger")
        token = {"Authorization": f"Bearer {self.token(client)}"}
        answer = httpx.get(self.api(f"/orders/{filed['reference']}/answer"), headers=token, timeout=20)
        self.expect(answer.content.startswith(b"%PDF-"), "Annex II is fetched through the API")
        return number

    def order_with_faults(self, client: Any) -> int:
        """No ground ticked, no reference to a remedy: a person asks for clarification on Annex III."""
        url = self.publish("Third post")
        at = _now().isoformat(timespec="seconds")
        form = orders.order(
            order_reference="OFAC-2026-0003", issued_at=at, content_locations=[{"url": url}], grounds=[],
            redress__body=None,
        )  # fmt: skip
        filed = self.post(client, form, "demo-3")
        number = self.settle("OFAC-2026-0003", "waiting")
        view = self.docket.case(number, self.staff["mia"])
        failing = [finding for finding in view.assessment.findings if finding.outcome.value == "fails"]
        self.expect(len(failing) >= 2, "both faults are found, each with its article")
        self.expect(not self.gone(url), "nothing was removed")
        reasons = "\n".join(f"{finding.why} ({', '.join(finding.citations)})" for finding in failing)
        self.docket.decide(view.line.case, self.staff["mia"], answer="clarify", urls=(), reasons=reasons)
        self.settle("OFAC-2026-0003", "clarifying")
        token = {"Authorization": f"Bearer {self.token(client)}"}
        status = httpx.get(self.api(f"/orders/{filed['reference']}"), headers=token, timeout=20).json()
        self.expect("annex-3" in status["forms"], "Annex III asks for clarification; the hour is suspended")
        return number

    def forged_order(self) -> int:
        """A look-alike domain and somebody else's certificate: nothing happens, a person gets the number to call."""
        url = self.publish("Fourth post")
        at = _now().isoformat(timespec="seconds")
        form = orders.order(order_reference="OFAC-2026-0666", issued_at=at, content_locations=[{"url": url}])
        forger = orders.Authority.named(name="Office central de test", email="orders@authorlty.example")
        pdf = orders.signed_pdf(orders.as_fields_pdf(form), forger, at)
        sender = "Office central de test <orders@authorlty.example>"
        self.send(orders.mail(pdf, sender=sender, message_id="<demo-4@authorlty.example>"), "orders@authorlty.example")
        number = self.settle("OFAC-2026-0666", "waiting")
        self.expect(not self.gone(url), "the forged order removed nothing")
        return number

    # -- means ---------------------------------------------------------------------------------------------------------

    def publish(self, title: str) -> str:
        """A post of Ada's with a picture; gives its public address."""
        import base64
        import io

        from PIL import Image

        picture = io.BytesIO()
        Image.radial_gradient("L").resize((480, 320)).save(picture, "JPEG")
        body = {
            "by": "ada", "room": "town", "title": title, "body": "Words that somebody ordered away.",
            "pictures": [base64.b64encode(picture.getvalue()).decode()],
        }  # fmt: skip
        item = self.world.board("POST", "/posts", json=body).json()["item"]
        return f"{HOST}/p/{item}"

    def gone(self, url: str) -> bool:
        """Whether a stranger in France sees nothing under an address."""
        local = url.replace(HOST, f"http://127.0.0.1:{self.world.ports['board']}")
        return httpx.get(local, headers={"X-Country": "FR"}).status_code in (404, 451)

    def send(self, message: bytes, sender: str = "orders@authority.example") -> None:
        """Hand a message to Comity's mail receiver."""
        with smtplib.SMTP("127.0.0.1", self.world.ports["smtp"], timeout=20) as connection:
            connection.sendmail(sender, ["orders@board.example"], message)

    def api(self, path: str) -> str:
        """An address of the API."""
        return f"http://127.0.0.1:{self.world.ports['api']}/v1{path}"

    def token(self, client: Any) -> str:
        """An access token of the authority's client."""
        fields = {"grant_type": "client_credentials", "scope": "orders:file orders:read"}
        answer = httpx.post(
            self.api("/oauth/token"), data=fields, auth=(client.client_id, client.client_secret), timeout=20
        )
        return str(answer.raise_for_status().json()["access_token"])

    def post(self, client: Any, form: dict[str, Any], key: str) -> dict[str, Any]:
        """File an order."""
        headers = {"Authorization": f"Bearer {self.token(client)}", "Idempotency-Key": key}
        headers["Content-Type"] = "application/json"
        answer = httpx.post(self.api("/orders"), content=orders.as_json(form), headers=headers, timeout=20)
        return dict(answer.raise_for_status().json())

    def settle(self, reference: str, status: str, seconds: float = 40) -> int:
        """Wait until the case of a reference stands at ``status``; gives its number."""
        until = time.monotonic() + seconds
        line = None
        while time.monotonic() < until:
            page = self.docket.page(tab="all", search=reference, cursor=None, viewer=self.staff["mia"])
            line = page.lines[0] if page.lines else None
            if line and line.status == status:
                return int(line.number)
            time.sleep(0.02)
        self.expect(False, f"{reference} is {status} (it is {line.status if line else 'not on the docket'})")
        message = f"{reference} did not come to {status} within {seconds} s"
        raise RuntimeError(message)

    def expect(self, holds: bool, words: str) -> None:  # noqa: FBT001
        """Check one thing."""
        if not holds:
            self.wrong.append(words)

    # -- proof ---------------------------------------------------------------------------------------------------------

    def print_timeline(self, title: str, number: int) -> None:
        """Each entry with the seconds since receipt, in words."""
        view = self.docket.case(number, self.staff["mia"])
        received = view.demand.times.transport_received_at
        took = max(line.at.since(received).total_seconds() for line in view.timeline)
        print(f"{title}: case {number}, {view.line.status.replace('_', ' ')}, {took:.2f} s after receipt")
        for line in view.timeline:
            if line.kind not in ("custody", "deadline"):
                index = f"#{line.index}" if line.proven else "     "
                seconds = line.at.since(received).total_seconds()
                print(f"  {seconds:7.3f} s  {index:>5}  {line.says[:130]}")
        failing = [f for f in (view.assessment.findings if view.assessment else ()) if f.outcome.value != "holds"]
        for finding in failing:
            print(f"             {finding.outcome.value:>12}: {finding.why[:110]} [{finding.citations[0]}]")
        if view.call_back and view.line.verified is not True:
            print(f"             call back {view.call_back.authority_name}: {view.call_back.number}")
        print(flush=True)

    def check_notice(self, number: int) -> None:
        """The first content provider was told; the one of the secret order was not."""
        view = self.docket.case(number, self.staff["mia"])
        told = [line for line in view.timeline if line.kind == "notice"]
        self.expect(len(told) == 1, "the content provider of the first order was told")
        second = self.docket.case(number + 1, self.staff["mia"])
        self.expect(not [line for line in second.timeline if line.kind == "notice"], "the secret order told nobody")

    def verify_log(self) -> None:
        """Export the log and check it as an outsider would; then check it from within."""
        export = self.world.home / "export"
        self.run("comity", "log", "export", str(export))
        keys = [word for key in self.docket.log_head().vkeys for word in ("--vkey", key)]
        verified = self.run("comity-verify", str(export), *keys)
        print("comity-verify, run as an outsider on the exported log:")
        for line in (verified.stdout + verified.stderr).splitlines():
            print(f"  {line}")
        self.expect(verified.returncode == 0, "comity-verify proves the log")
        fsck = self.run("comity", "log", "fsck")
        print(f"comity log fsck: {(fsck.stdout + fsck.stderr).strip().splitlines()[-1]}", flush=True)
        self.expect(fsck.returncode == 0, "fsck finds the log sound")

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of Comity's own commands as an operator or auditor would."""
        command = [str(BIN / program), *arguments]
        return subprocess.run(command, env=self.world.environment, capture_output=True, text=True, check=False)
