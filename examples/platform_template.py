"""A platform that speaks to Comity: copy it, put your own storage in. Start: platform_template.py 8430 secret.file"""

import hashlib
import hmac
import json
import sys
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from platform_records import answered  # what you know of your users; answer 404 to what you do not offer

PORT, SECRET = int(sys.argv[1]), open(sys.argv[2], "rb").read().strip()
# These belong into your database: an effect and its key in one transaction. Nonces may be forgotten after ten minutes.
ITEMS = {"p1": {"by": "ada", "title": "Old bridge", "text": "A fine view.", "picture": b"GIF89a;", "away": []}}
BASE, LOCK, INBOX, KEYS, NONCES = f"http://127.0.0.1:{PORT}", threading.Lock(), {"ada": []}, {}, set()


def sha(body):
    return hashlib.sha256(body).hexdigest()


def sign(*lines):
    return hmac.new(SECRET, "\n".join(lines).encode(), hashlib.sha256).hexdigest()


def part(name, media_type, body):
    return {"name": name, "media_type": media_type, "size": len(body), "sha256": sha(body)}


class Platform(BaseHTTPRequestHandler):
    def do_GET(self):
        kind, name, *rest = [unquote(one) for one in urlsplit(self.path).path.split("/")[1:] + [""]]
        if kind != "comity":  # what the public sees; without countries, what is disabled somewhere is gone everywhere
            item = ITEMS.get(name, {"away": [""]})
            body = {"post": item.get("text", "").encode(), "picture": item.get("picture")}.get(kind)
            return self.send(404, b"Not found") if item["away"] or body is None else self.send(200, body)
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        names = ("Comity-Timestamp", "Comity-Nonce", "Idempotency-Key", "Comity-Signature")
        stamp, nonce, key, signature = (self.headers.get(one, "") for one in names)
        wanted = sign("comity-1 call", self.command, self.path, stamp, nonce, key, sha(body))
        fresh = stamp.isdigit() and abs(time.time() - int(stamp)) <= 300 and len(nonce) >= 16
        with LOCK:
            if not hmac.compare_digest(wanted.encode(), signature.encode()) or not fresh or nonce in NONCES:
                return self.send(401, b'{"code": "not_trusted", "message": "unsigned, stale, or seen before"}')
            NONCES.add(nonce)
            status, answer = self.answer(name, *rest, body=body, key=key)
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        return self.send(status, body, sign("comity-1 answer", nonce, str(status), sha(body)))

    do_POST = do_GET

    def answer(self, kind, name, measure="", detail="", *_, body, key):
        if kind == "about":
            return 200, {"contract": "1", "name": "Template", "sample": f"{BASE}/post/p1"}
        if kind == "resolve":
            url = urlsplit(parse_qs(urlsplit(self.path).query).get("url", [""])[0])
            item = url.path.removeprefix("/post/").removeprefix("/picture/")
            outcome = ("found" if item in ITEMS else "absent") if url[:2] == urlsplit(BASE)[:2] else "not_ours"
            return 200, {"outcome": outcome, "item": item if outcome == "found" else None}
        if name not in {"items": ITEMS, "accounts": INBOX}.get(kind, {}):
            return answered(kind, name, json.loads(body or b"null"), key, KEYS, (self.path, body))
        if kind == "accounts" and self.command == "GET":
            return 200, {"language": None}  # optional: what this user reads, as "de"; a notice is in English otherwise
        if self.command == "POST":  # the same key with the same call: the same answer, and nothing is done
            if not key or measure not in ("disable", "restore", "messages"):
                return 400, {"code": "refused", "message": "a known call with an Idempotency-Key is needed"}
            if key not in KEYS:
                KEYS[key] = self.path, body, self.effect(name, measure, json.loads(body))
            same = KEYS[key][:2] == (self.path, body)
            return (200, KEYS[key][2]) if same else (409, {"code": "key_reused", "message": "it stands for another"})
        post = json.dumps({"title": ITEMS[name]["title"], "text": ITEMS[name]["text"]})
        picture = part("picture.gif", "image/gif", ITEMS[name]["picture"])
        if measure == "parts":  # everything to be preserved: small parts as text, others streamed under their name
            small = {**part("post.json", "application/json", post.encode()), "text": post}
            return 200, ITEMS[name]["picture"] if detail == "picture.gif" else {"parts": [small, picture]}
        made = {"created_at": "2026-11-01T12:00:00Z", "title": ITEMS[name]["title"], "kind": "post", "item": name}
        where = {"urls": [f"{BASE}/post/{name}"], "media": [{**picture, "url": f"{BASE}/picture/{name}"}]}
        return 200, {"account": ITEMS[name]["by"], "disabled_in": ITEMS[name]["away"], **made, **where}

    def effect(self, name, measure, wanted):
        now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        if measure == "messages":
            INBOX[name].append(wanted)
            return {"message": f"{name}-{len(INBOX[name])}", "at": now}
        before, named = set(ITEMS[name]["away"]), set(wanted["territories"])
        away = ITEMS[name]["away"] = sorted(before | named if measure == "disable" else before - named)
        state = "disabled" if away else "available"
        return {"state": state, "already": set(away) == before, "at": now, "disabled_in": away, "detail": measure}

    def send(self, status, body, signature=""):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Comity-Signature", signature)
        self.end_headers()
        self.wfile.write(body)


ThreadingHTTPServer(("127.0.0.1", PORT), Platform).serve_forever()
