"""Chromium in tests, and a dashboard's page in it.

    browser = Browser()                     headless, with a profile of its own; close() ends it
    page = Page(browser, dashboard)
    page.open("/chapter/2", lang="en")      a document of its own, shown whole and live
    page.go("/feed")                        another address of the same document
    page.text("h1"), page.texts("li"), page.count("tr"), page.run("return arguments[0] + 1", 1)
    page.wait(lambda: page.count("li"), "a row")
    page.close()                            nothing has gone wrong, and nobody else was asked

What is read is read by one script at a time, so that it does not matter that rows come and go.
"""

import json
import re
import shutil
import tempfile
from urllib.parse import urlencode

from harness import DEADLINE_S, Process, wait_for
from selenium import webdriver
from selenium.webdriver.chromium.remote_connection import ChromiumRemoteConnection
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By

FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--disable-dev-shm-usage", "--disable-extensions", "--hide-scrollbars",
         "--remote-debugging-pipe")  # a browser whose driver is gone ends
STARTED = "started successfully on port "
DESKTOP, PHONE = (1440, 900), (390, 844)

VIEWS = {"": "overview", "chapter": "chapters", "section": "chapters", "agency": "agencies"}

# Whether there is that view and has read all it shows; "live" also: it follows the plan.
SHOWN = """
const [name, live, done] = arguments;
import('/static/i18n.js').then(({ t }) => {
    const reading = [...document.querySelectorAll('main .empty')].some((el) =>
        !el.hidden && el.textContent === t('app.loading'));
    done(!reading && document.querySelector(`main .view-${name}`) !== null
        && (!live || document.documentElement.dataset.live === 'live'));
}, () => done(false));
"""
# Goes to an address of this document; done when the page has heard of it.
GO = """
const [address, done] = arguments;
if (location.href === address)
    done();
addEventListener('hashchange', () => setTimeout(done), { once: true });
location.href = address;
"""
# Words of the elements that are to be seen.
TEXTS = """
return [...document.querySelectorAll(arguments[0])]
    .filter((el) => el.checkVisibility({ checkVisibilityCSS: true }))
    .map((el) => (el.innerText ?? el.textContent).trim());
"""


class Browser:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="tuijin-browser-")
        home = [f"{name}={self.folder}" for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")]
        self.process = Process("chromedriver", "env", *home, "sh", "-c",
                               "exec /usr/bin/chromedriver --port=0 >&2")
        try:
            self.driver = self.connect(f"http://127.0.0.1:{self.port()}")
        except BaseException:
            print(*self.process.lines, sep="\n")
            self.process.kill()
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    def port(self):
        """Starts the driver; again where the port that it chose is somebody's on IPv6."""
        for _ in range(3):
            self.process.start()
            wait_for(lambda: self.process.find(STARTED) or not self.process.is_running(),
                     "chromedriver has started", 4 * DEADLINE_S)
            if line := self.process.find(STARTED):
                return int(line.removesuffix(".").rpartition(" ")[2])
        raise AssertionError("chromedriver does not start")

    def connect(self, address):
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for flag in (*FLAGS, f"--user-data-dir={self.folder}/profile"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        connection = ChromiumRemoteConnection(address, "goog", "chrome")
        driver = webdriver.Remote(connection, options=options)
        driver.set_script_timeout(4 * DEADLINE_S)
        driver.get("about:blank")
        driver.get_log("performance")  # of the page that Chromium begins with
        return driver

    def cdp(self, command, **params):
        return self.driver.execute("executeCdpCommand", {"cmd": command, "params": params})["value"]

    def logged(self):
        """What has been logged since the last call: lines of the console, events of the network."""
        events = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        return self.driver.get_log("browser"), [(e["method"], e["params"]) for e in events]

    def close(self):
        self.driver.quit()
        self.process.stop()
        shutil.rmtree(self.folder, ignore_errors=True)  # what Chromium still writes goes nowhere


class Page:
    """The page of one dashboard. A page is closed before another one is opened."""

    def __init__(self, browser, dashboard):
        self.browser, self.driver = browser, browser.driver
        self.origin = "http://{}:{}".format(*dashboard.address)
        self.forgiven, self.requests, self.closed = [], [], False
        self.size(DESKTOP)

    # Where one is

    def size(self, size, scale=1):
        width, height = size
        self.browser.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height,
                         deviceScaleFactor=scale, mobile=size == PHONE)
        self.browser.cdp("Emulation.setTouchEmulationEnabled", enabled=size == PHONE)

    def prefer(self, **features):
        """What the system prefers: prefer(prefers_color_scheme="dark")."""
        self.browser.cdp("Emulation.setEmulatedMedia", features=[
            {"name": name.replace("_", "-"), "value": value} for name, value in features.items()])

    def address(self, path, **params):
        query = urlencode(params, safe=",/")
        return f"{self.origin}/#{path}" + (f"?{query}" if query else "")

    def open(self, path="/", live=True, **params):
        self.driver.get("about:blank")
        self.driver.get(self.address(path, **params))
        return self.shown(live)

    def go(self, path="/", **params):
        """As a link does it."""
        self.call(GO, self.address(path, **params))
        return self.shown()

    def shown(self, live=True):
        """Waits until the view of the address is there."""
        name = self.hash.lstrip("#/").split("?")[0].split("/")[0]
        self.wait(lambda: self.call(SHOWN, VIEWS.get(name, name), live), "a view")
        return self

    @property
    def hash(self):
        return self.run("return location.hash")

    # What is there

    def run(self, script, *args):
        return self.driver.execute_script(script, *args)

    def call(self, script, *args):
        """For what is not there at once: the script's last argument is a function to call with it."""
        return self.driver.execute_async_script(script, *args)

    def wait(self, condition, what, seconds=DEADLINE_S):
        try:
            return wait_for(condition, what, seconds)
        except AssertionError as e:
            raise AssertionError(f"{e}\n{self.hash}: {self.texts('body')}") from None

    def texts(self, css):
        return self.run(TEXTS, css)

    def text(self, css):
        """Of the only one, or first one, that is to be seen; None: there is none."""
        return next(iter(self.texts(css)), None)

    def count(self, css):
        return len(self.texts(css))

    def attribute(self, css, name):
        return self.run("return document.querySelector(arguments[0])?.getAttribute(arguments[1])", css, name)

    # What one does

    def click(self, css):
        """As a mouse or a finger does it: what covers the element makes it fail."""
        self.wait(lambda: self.count(css), css)
        self.driver.find_element(By.CSS_SELECTOR, css).click()

    def write(self, css, text):
        field = self.driver.find_element(By.CSS_SELECTOR, css)
        field.clear()
        field.send_keys(text)

    def press(self, *keys):
        ActionChains(self.driver, duration=0).send_keys(*keys).perform()

    # What it cost

    def forgive(self, *patterns):
        """Requests that may fail in this test, by their paths."""
        self.forgiven += [re.compile(pattern) for pattern in patterns]

    def is_forgiven(self, url):
        return any(pattern.search(url) for pattern in self.forgiven)

    def faults(self):
        """All that has gone wrong since the last call, in words."""
        console, events = self.browser.logged()
        out = [f"{line['level']}: {line['message']}" for line in console
               if line["level"] not in ("DEBUG", "INFO") and not self.is_forgiven(line["message"])]
        urls = {}
        for method, params in events:
            if method == "Network.requestWillBeSent":
                url = urls[params["requestId"]] = params["request"]["url"]
                self.requests.append(url)
                if not url.startswith((self.origin + "/", "about:", "data:")):  # data: a date field's icon
                    out.append(f"{url} was asked for")
            elif method == "Network.webSocketCreated":
                out.append(f"{params['url']} was opened")
            elif method == "Network.responseReceived" and params["response"]["status"] >= 400:
                out.append(f"{params['response']['url']}: {params['response']['status']}")
            elif method == "Network.loadingFailed" and not params.get("canceled"):
                out.append(f"{urls.get(params['requestId'], 'a request')}: {params['errorText']}")
        return [line for line in out if not self.is_forgiven(line)]

    def close(self):
        """Once more is no harm."""
        if self.closed:
            return
        self.closed = True
        faults = self.faults()
        self.prefer()
        self.run("try { localStorage.clear(); } catch { /* nothing was loaded */ }")
        self.driver.get("about:blank")
        self.browser.logged()
        assert not faults, "\n".join(faults)
