"""Opens the verifier's pages from their files in headless Chromium, gives them the certificates of a folder as a
person would, and compares what they say with what the library said (`cases.tsv`). Standard library alone."""

import base64
import json
import os
import pathlib
import subprocess
import sys
import time
import urllib.error
import urllib.request

# Requests go to the driver on this machine, whatever proxy is set.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
PATIENCE_SECONDS = 60
AT_ONCE = 60


class Browser:
    """A session of WebDriver."""

    def __init__(self, folder):
        self.driver = subprocess.Popen(
            ["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        port = None
        for line in self.driver.stdout:
            if "started successfully on port" in line:
                port = line.rstrip(".\n").rsplit(" ", 1)[1]
                break
        if port is None:
            raise SystemExit("the driver of the browser did not start")
        self.base = f"http://127.0.0.1:{port}"
        self.session = ""
        arguments = [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--window-size=1000,1600", f"--user-data-dir={folder / 'profile'}",
        ]
        options = {"args": arguments, "binary": os.environ.get("CHROMIUM", "/usr/bin/chromium")}
        wanted = {"capabilities": {"alwaysMatch": {
            "browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}}}
        made = self.ask("POST", "/session", wanted)
        self.session = f"/session/{made['sessionId']}"
        self.version = made["capabilities"]["browserVersion"]

    def ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.base + self.session + path, data=data, method=method,
            headers={"Content-Type": "application/json"})
        try:
            with OPENER.open(request, timeout=PATIENCE_SECONDS) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{method} {path}: {error.read().decode()}") from error

    def run(self, script, *arguments):
        return self.ask("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def open(self, path):
        self.ask("POST", "/url", {"url": path.resolve().as_uri()})
        self.wait("return document.documentElement.dataset.ready === 'true'", f"{path} does not get ready")

    def wait(self, script, complaint):
        end = time.monotonic() + PATIENCE_SECONDS
        while not self.run(script):
            if time.monotonic() > end:
                raise SystemExit(complaint)
            time.sleep(0.01)

    def find(self, selector):
        return self.ask("POST", "/element", {"using": "css selector", "value": selector})[ELEMENT]

    def type(self, selector, text):
        self.ask("POST", f"/element/{self.find(selector)}/value", {"text": text})

    def click(self, selector):
        self.ask("POST", f"/element/{self.find(selector)}/click", {})

    def close(self):
        try:
            self.ask("DELETE", "")
        finally:
            self.driver.terminate()
            self.driver.wait(timeout=20)


SHOWN = """
    return Array.from(document.querySelectorAll('#results article'), (article) => ({
        name: article.dataset.name,
        verdict: article.dataset.verdict,
        part: article.dataset.part ?? '',
        statement: article.dataset.statement ?? '',
        banner: article.querySelector('.verdict').textContent,
        why: article.querySelector('.why')?.textContent ?? '',
        held: article.querySelectorAll('li.holds').length,
        failed: article.querySelectorAll('li.fails').length,
    }))
"""


class Comparison:
    """What was compared, and where page and library differ."""

    def __init__(self):
        self.compared = 0
        self.differences = []

    def check(self, what, fits, found):
        self.compared += 1
        if not fits:
            self.differences.append(f"{what}: {found}")

    def case(self, name, verdict, more, shown):
        if len(shown) != 1:
            self.check(name, False, f"{len(shown)} results are shown")
            return
        shown = shown[0]
        same = shown["verdict"] == verdict
        if verdict == "proved":
            same = same and shown["statement"] == more and shown["held"] == 8 and shown["failed"] == 0
            # The statement's fourth part is the event that closed the period.
            stood = f"stood at event {more.split('|')[3]}, when it was closed; a reopening since then would show"
            same = same and shown["banner"].startswith("PROVED") and stood in shown["banner"]
        else:
            same = same and shown["part"] == more and shown["held"] == 0 and shown["failed"] == 1
            same = same and shown["banner"].startswith("REFUSED") and shown["why"].startswith(more + ": ")
        self.check(name, same, f"the library says {verdict} ({more}), the page {shown}")


def choose(browser, *paths):
    """Chooses files as a person does, and waits for what comes of them."""
    before = browser.run("return document.getElementById('results').dataset.runs ?? '0'")
    # A file chosen before stands in the field; choosing anew begins with an empty one.
    browser.run("document.getElementById('file').value = ''")
    browser.type("#file", "\n".join(str(path.resolve()) for path in paths))
    finished(browser, before, paths[0])
    return browser.run(SHOWN)


def finished(browser, before, what):
    browser.wait(
        "const r = document.getElementById('results');"
        f"return (r.dataset.runs ?? '0') !== '{before}' && r.getAttribute('aria-busy') === 'false'",
        f"{what}: nothing came of it")


def main():
    folder = pathlib.Path(sys.argv[1])
    cases = folder / "cases"
    rows = [line.split("\t") for line in (cases / "cases.tsv").read_text("utf-8").splitlines()]
    comparison = Comparison()
    browser = Browser(folder)
    try:
        print(f"Chromium {browser.version}, {len(rows)} certificates")
        # Each page its own certificates, many at a time.
        for page in dict.fromkeys(row[0] for row in rows):
            of_page = [row for row in rows if row[0] == page]
            browser.open(cases / page)
            for start in range(0, len(of_page), AT_ONCE):
                some = of_page[start:start + AT_ONCE]
                shown = choose(browser, *(cases / row[1] for row in some))
                comparison.check(f"{page}, files from {start} on", len(shown) == len(some), f"{len(shown)} results")
                for row, one in zip(some, shown):
                    comparison.case(f"{page} {row[1]}", row[2], row[3], [one] if one["name"] == row[1] else [])

        employer = next(row for row in rows if row[1].endswith("-main-employer.certificate"))
        worker = next(row for row in rows if row[1].endswith("-main-worker.certificate"))

        # One file after the other: nothing of the one before is left.
        browser.open(cases / "main.html")
        for row in [row for row in rows if row[0] == "main.html"][:8]:
            comparison.case(f"alone: {row[1]}", row[2], row[3], choose(browser, cases / row[1]))

        # Pasted, with the policy given in the field of the page that believes nobody.
        text = (cases / employer[1]).read_text("utf-8")
        set_value = (
            "const field = document.querySelector(arguments[0]); field.value = arguments[1];"
            "field.dispatchEvent(new Event('input', { bubbles: true }))")
        for policy, verdict, more in [
            ("", "refused", "checkpoint"),
            ((cases / "main.policy").read_text("utf-8"), *employer[2:]),
            ("quorum none\n", "refused", "checkpoint"),
            ("log nonsense\nquorum none\n", "refused", "checkpoint"),
        ]:
            browser.open(cases / "bare.html")
            browser.run(set_value, "#policy", policy)
            browser.run(set_value, "#paste", text)
            browser.click("#check")
            finished(browser, "0", "the pasted text")
            comparison.case(f"pasted, policy {policy[:20]!r}", verdict, more, browser.run(SHOWN))

        # Dropped onto the page.
        browser.open(cases / "main.html")
        browser.run(
            "const transfer = new DataTransfer();"
            "transfer.items.add(new File([arguments[0]], 'dropped'));"
            "document.getElementById('drop').dispatchEvent("
            "new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }))", text)
        finished(browser, "0", "the dropped file")
        comparison.case("dropped", *employer[2:], browser.run(SHOWN))

        # One file for one person, checked as it is opened.
        browser.open(cases / "embedded.html")
        shown = browser.run(SHOWN)
        comparison.check("embedded", [it["verdict"] for it in shown] == ["proved"] * 3, shown)
        if shown:
            comparison.case("embedded employer", *employer[2:], shown[:1])
        picture = base64.b64decode(browser.ask("GET", "/screenshot"))
        comparison.check("a picture of the page", picture.startswith(b"\x89PNG"), picture[:8])
        if "PICTURE" in os.environ:
            pathlib.Path(os.environ["PICTURE"]).write_bytes(picture)

        # Cosignatures of times that are no day of a browser: proved, as by the library, and what comes behind is checked.
        browser.open(cases / "far.html")
        shown = browser.run(SHOWN)
        comparison.check("cosigned in a far future", len(shown) == 6, f"{len(shown)} results")
        for one in shown:
            comparison.case(f"far: {one['name']}", *employer[2:], [one])
        times = browser.run(
            "return Array.from(document.querySelectorAll('#results article dl'), (facts) => facts.lastChild.textContent)")
        for named, time in zip(times, [
            "9999-12-31 23:59 UTC", "second 253402300800", "second 8640000000000", "second 8640000000001",
            "second 9223372036854775807", "2023-11-14 22:13 UTC",
        ]):
            comparison.check(f"cosigned at {time}", f"({time}" in named, named)

        # Whatever goes wrong where the result is shown, nothing is proved, and the next is checked.
        browser.open(cases / "main.html")
        browser.run("const made = document.createElement; document.createElement = function (name) {"
                    "  if (name === 'table') { document.createElement = made; throw new Error('no table here') }"
                    "  return made.call(this, name) }")
        shown = choose(browser, cases / employer[1], cases / worker[1])
        comparison.check("shown in vain, and again", len(shown) == 2, f"{len(shown)} results")
        comparison.case("shown in vain", "refused", "form", shown[:1])
        comparison.case("shown after it", *worker[2:], shown[1:])

        # Nothing may be fetched, even by a script that somebody got into the page.
        for attempt in ["fetch('data:text/plain,x')", f"fetch('{(cases / 'main.policy').resolve().as_uri()}')"]:
            blocked = browser.run(f"return {attempt}.then(() => 'fetched', () => 'blocked')")
            comparison.check(attempt, blocked == "blocked", blocked)
        inline = browser.run(
            "const made = document.createElement('div'); try { made.innerHTML = '<b>x</b>'; return 'made' }"
            "catch { return 'blocked' }")
        comparison.check("innerHTML", inline == "blocked", inline)

        # A browser that cannot check signatures says so, and calls nothing proved.
        for broken in [
            "SubtleCrypto.prototype.importKey = () => Promise.reject(new Error('NotSupportedError'))",
            "SubtleCrypto.prototype.verify = () => Promise.resolve(true)",
            "SubtleCrypto.prototype.verify = () => Promise.resolve(false)",
        ]:
            browser.open(cases / "main.html")
            browser.run(broken)
            shown = choose(browser, cases / employer[1])
            said = shown[0]["why"] if shown else ""
            comparison.case(broken, "refused", "checkpoint", shown)
            comparison.check(broken, "this browser cannot check Ed25519 signatures" in said, said)

        complaints = [
            entry["message"] for entry in browser.ask("POST", "/se/log", {"type": "browser"})
            if "Content Security Policy" not in entry["message"] and "TrustedHTML" not in entry["message"]
            and "Fetch API cannot load" not in entry["message"]
        ]
        comparison.check("the browser's console", complaints == [], complaints)
    finally:
        browser.close()

    for difference in comparison.differences:
        print(difference)
    proved = sum(row[2] == "proved" for row in rows)
    print(f"{comparison.compared} comparisons, {len(comparison.differences)} differences "
          f"({proved} proved, {len(rows) - proved} refused)")
    if comparison.differences or proved == 0 or proved == len(rows) or comparison.compared < len(rows):
        raise SystemExit(1)


main()
