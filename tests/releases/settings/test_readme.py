"""What a release says of itself."""

from tests.factories.releases import the_draft
from tests.releases.settings.pages import HTMX, TEXT, Login, at, fresh, lines_changed, save


def test_the_readme_is_written_and_previewed(login: Login, bea, orders):
    draft, client = the_draft(orders), login(bea)
    url = at(draft, "readme_preview")
    data = {"revision": draft.revision, "readme": "# Hello <script>"}
    shown = client.post(url, data, headers={**HTMX, "HX-Target": "readme-preview"}).content.decode()
    assert "<h1>Hello &lt;script&gt;</h1>" in shown
    assert "<html" not in shown
    save(
        client,
        draft,
        "builder_readme",
        "readme_save",
        readme="# Hello\r\n\r\nYou.\r\n",
        icon="mail",
        safe_to_repeat="on",
    )
    assert lines_changed(TEXT, fresh(draft).text) == [
        "+      icon: mail",
        "+      readme: |",
        "+        # Hello",
        "+",
        "+        You.",
        "+      safeToRepeat: true",
    ]
