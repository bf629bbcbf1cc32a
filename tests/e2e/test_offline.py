"""The shell opens with nobody there to serve it."""

from browser import context


def wait_service_worker(page):
    """Until the worker is active and holds the page."""
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.wait_for_function("navigator.serviceWorker.controller !== null")


def test_a_reload_with_the_server_gone_opens_the_shell(browser, serve, profile):
    server = serve()
    with context(browser, profile, server.url) as one:
        page = one.new_page()
        page.goto("/")
        wait_service_worker(page)
        # Its own fetches go past what a browser calls offline: the honest way is to end the server.
        assert server.stop() == 0
        for path in ("/", "/record", "/r/sites"):
            page.goto(path)
            page.get_by_role("navigation").first.wait_for()
            page.get_by_role("alert").or_(page.get_by_role("status")).filter(visible=True).first.wait_for()


def test_the_application_can_be_installed(browser, serve):
    server = serve()
    with context(browser, "phone", server.url) as one:
        page = one.new_page()
        page.goto("/")
        wait_service_worker(page)
        debugger = one.new_cdp_session(page)
        errors = {error["errorId"] for error in debugger.send("Page.getInstallabilityErrors")["installabilityErrors"]}
        assert errors <= {"in-incognito"}  # every profile of a test is
        manifest = debugger.send("Page.getAppManifest")
        assert manifest["errors"] == [] and "Narwhal" in manifest["data"]
