# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page, in a real browser: its figures, its filters, its keys, and that no name can be more than text."""

from __future__ import annotations

from collections import Counter
from importlib.resources import files

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.passrole.ec2.plugins.filter.merged_audit import merged_audit
from ansible_collections.passrole.ec2.plugins.plugin_utils.untrusted_text import is_inert
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select
from selenium.webdriver.support.wait import WebDriverWait

from tests.support.sample_audits import HOSTILE
from tests.support.browser import PATIENCE, PHONE, WIDE, asked_for, fresh, logged
from tests.support.audit_reports import TEMPLATED, known, some

REPORT = merged_audit(some(), known(some()))
FINDINGS = REPORT["findings"]
AXE = files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8")
VIEWS = ("findings", "chains", "rules", "silenced")
SEVERITIES = ("critical", "high", "medium", "low", "informational")


def text(browser, selector):
    return browser.find_element(By.CSS_SELECTOR, selector).text


def texts(browser, selector):
    return [one.text for one in browser.find_elements(By.CSS_SELECTOR, selector)]


def number_of(browser, selector):
    return len(browser.find_elements(By.CSS_SELECTOR, selector))


def told(browser):
    """How many findings and groups the page says that it shows."""
    words = text(browser, "#status").split()
    return int(words[0]), int(words[5])


def press(browser, *keys):
    for key in keys:
        browser.switch_to.active_element.send_keys(key)


def focused(browser):
    return browser.execute_script("return document.activeElement.id || document.activeElement.className")


def wait(browser, condition):
    WebDriverWait(browser, PATIENCE, poll_frequency=0.05).until(lambda _browser: condition())


def matching(**asked):
    return [one for one in FINDINGS if all(asked[key] in one[key] if isinstance(one[key], list) else one[key] == asked[key] for key in asked)]


def test_the_figures_are_those_of_the_report(browser, page):
    fresh(browser, page)
    shown = dict(zip(texts(browser, "#totals dt"), texts(browser, "#totals dd")))
    summary = REPORT["summary"]
    assert shown == {
        "Groups": "30", "Instances": "60", "Roles": str(summary["iam_roles"]), "Findings": str(len(FINDINGS)), "New": str(summary["new"]), "Silenced": "2",
        "With a fix": str(summary["fixable"]),
    }
    by_severity = Counter(one["severity"] for one in FINDINGS)
    assert {name: int(text(browser, f"#severity-{name} b")) for name in SEVERITIES} == {name: by_severity[name] for name in SEVERITIES}
    assert told(browser) == (len(FINDINGS), 30)


def test_each_filter_leaves_what_it_asks_for(browser, page):
    for name, value, asked in (
        ("account", "210987654321", {"accounts": "210987654321"}),
        ("region", "eu-central-1", {"regions": "eu-central-1"}),
        ("rule", "imdsv2_not_required", {"rule": "imdsv2_not_required"}),
    ):
        fresh(browser, page)
        Select(browser.find_element(By.ID, name)).select_by_value(value)
        assert told(browser)[0] == len(matching(**asked)) > 0
        assert f"#{name}={value}" in browser.current_url


def test_severities_are_chosen_one_by_one(browser, page):
    fresh(browser, page)
    browser.find_element(By.ID, "severity-critical").click()
    assert told(browser)[0] == len(matching(severity="critical"))
    browser.find_element(By.ID, "severity-high").click()
    assert told(browser)[0] == len(matching(severity="critical")) + len(matching(severity="high"))
    assert text(browser, "#severity-medium b") == str(len(matching(severity="medium")))
    browser.find_element(By.ID, "severity-critical").click()
    assert told(browser)[0] == len(matching(severity="high"))


def test_new_findings_are_shown_alone_and_are_marked(browser, page):
    fresh(browser, page)
    browser.find_element(By.ID, "new").click()
    assert told(browser)[0] == len(matching(new=True)) < len(FINDINGS)
    assert number_of(browser, "#findings-list .chip.new") == number_of(browser, "#findings-list .finding") > 0


def test_words_are_searched_in_names_and_in_what_was_seen(browser, page):
    fresh(browser, page)
    browser.find_element(By.ID, "q").send_keys("AdministratorAccess eu-central-1")
    expected = [one for one in matching(rule="role_may_do_anything") if "eu-central-1" in one["regions"]]
    wait(browser, lambda: told(browser)[0] == len(expected) > 0)
    browser.find_element(By.ID, "clear").click()
    assert told(browser)[0] == len(FINDINGS) and focused(browser) == "q"


def test_the_address_keeps_what_is_asked_for(browser, page):
    fresh(browser, page, "#severity=high,critical&region=eu-central-1&view=chains")
    expected = [one for one in matching(regions="eu-central-1") if one["severity"] in ("high", "critical")]
    assert told(browser)[0] == len(expected)
    assert browser.find_element(By.ID, "view-chains").is_displayed() and not browser.find_element(By.ID, "view-findings").is_displayed()


def test_words_of_an_address_that_mean_nothing_are_left_out(browser, page):
    fresh(browser, page, "#severity=__proto__,high&view=constructor&q=%3Cimg%20src%3Dx%3E")
    assert browser.find_element(By.ID, "view-findings").is_displayed() and logged(browser) == []


def test_a_group_of_the_picture_is_shown_alone_and_let_go_again(browser, page):
    fresh(browser, page)
    assert number_of(browser, "#estate-map [role=option]") == 30
    browser.find_element(By.CSS_SELECTOR, "#estate-map [role=option]").click()
    found, shown = told(browser)
    assert shown == 1 and 0 < found < len(FINDINGS)
    browser.find_element(By.ID, "group-chip").click()
    assert told(browser) == (len(FINDINGS), 30)


def test_the_picture_tells_by_colour_letter_and_words_what_is_gravest(browser, page):
    fresh(browser, page)
    cells = browser.find_elements(By.CSS_SELECTOR, "#estate-map .s0")
    assert {cell.find_element(By.CSS_SELECTOR, ".letter").text for cell in cells} == {"C"}
    assert all(cell.get_attribute("aria-label").endswith("critical") for cell in cells)
    assert number_of(browser, "#estate-map .s5") == len(REPORT["estate"][0]["groups"]) / 2 + 6 + 5


def test_a_finding_opens_with_all_that_is_known_of_it(browser, page):
    fresh(browser, page, "#rule=imdsv2_not_required&account=210987654321")
    browser.find_element(By.CSS_SELECTOR, ".finding h3 button").click()
    finding = matching(rule="imdsv2_not_required", account_id="210987654321")[0]
    said = text(browser, ".finding .detail")
    for words in (finding["what"], finding["why"], finding["subject"], finding["remedy"], finding["id"], "optional", "EC2.170", "AWS tells more"):
        assert words in said


def test_the_fix_is_a_task_that_ansible_reads_as_it_was_meant(browser, page):
    fresh(browser, page, "#rule=imdsv2_not_required&account=210987654321")
    browser.find_element(By.CSS_SELECTOR, ".finding h3 button").click()
    finding = matching(rule="imdsv2_not_required", account_id="210987654321")[0]
    [task] = yaml.safe_load(text(browser, ".fix pre"))
    assert task["passrole.ec2.asg_launch_with_profile"] == {"fleet": finding["fix"]["fleet"], "region": "eu-west-1"}
    assert task["name"] == finding["remedy"]


def test_the_fix_is_copied(browser, page):
    fresh(browser, page, "#rule=imdsv2_not_required")
    browser.execute_cdp_cmd("Browser.grantPermissions", {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]})
    browser.execute_script("navigator.clipboard.writeText = async (text) => { window.written = text; }")
    browser.find_element(By.CSS_SELECTOR, ".finding h3 button").click()
    browser.find_element(By.CSS_SELECTOR, ".fix .copy").click()
    wait(browser, lambda: text(browser, ".fix .said") == "Copied")
    assert browser.execute_script("return window.written") == browser.execute_script("return document.querySelector('.fix pre').textContent")


def test_where_the_browser_keeps_its_clipboard_the_fix_is_copied_by_the_old_way_or_the_page_says_so(browser, page):
    fresh(browser, page, "#rule=imdsv2_not_required")
    browser.execute_script("navigator.clipboard.writeText = async () => { throw new Error('no'); }; document.execCommand = () => window.may;")
    browser.find_element(By.CSS_SELECTOR, ".finding h3 button").click()
    for may, said in ((True, "Copied"), (False, "Not allowed here; select the text instead")):
        browser.execute_script("window.may = arguments[0]; document.querySelector('.fix .said').textContent = ''", may)
        browser.find_element(By.CSS_SELECTOR, ".fix .copy").click()
        wait(browser, lambda said=said: text(browser, ".fix .said") == said)


def test_what_looks_like_a_template_stays_text_in_the_playbook_that_the_fix_is_copied_into(browser, page):
    fresh(browser, page, "#rule=group_follows_latest")
    browser.find_element(By.ID, "open-all").click()
    [task] = [one.text for one in browser.find_elements(By.CSS_SELECTOR, ".fix pre") if "lookup" in one.text]
    assert f"name: !unsafe \"{TEMPLATED}\"" in task or "name: !unsafe '{{ lookup(''pipe'', ''id'') }}'" in task
    assert "{{" not in task.splitlines()[0]


UNTRUSTED = (
    "{{ lookup('pipe', 'id') }}", "{% a %}", "#jinja2:variable_start_string:'[['\n[[ lookup('pipe', 'id') ]]", "a\x85b", "a\u2028b", "a\rb", " a ", "\ta",
    "0\n", "yes", "012",
    "!unsafe x", "!vault |\n  x", "größe", "'", '"', "a: b", "- a", "\ufeffa", "\x07", "", "\U0001f600", "2001-12-14\t21:59:43", "- \n  a\n\n", "a # b",
)  # fmt: skip


class Marking(yaml.SafeLoader):
    """Shows which texts are marked as data."""


Marking.add_constructor("!unsafe", lambda loader, node: ("!unsafe", loader.construct_scalar(node)))


def marked(value):
    """The value as the page must write it, by the rule of the filter as_variables."""
    if isinstance(value, str):
        return value if is_inert(value) else ("!unsafe", value)
    if isinstance(value, dict):
        return {marked(key): marked(one) for key, one in value.items()}
    return [marked(one) for one in value]


def test_the_fix_marks_texts_by_the_rule_of_the_filter_and_keeps_them(browser, page):
    fresh(browser, page)
    fix = {"module": "iam_ec2_role", "fleet": [{"name": text, "tags": {text: text}} for text in UNTRUSTED]}
    finding = {"fix": fix, "remedy": "".join(UNTRUSTED), "region": UNTRUSTED[2]}
    written = browser.execute_script("return taskOf(arguments[0])", finding)
    [task] = yaml.load(written, Marking)  # noqa: S506
    assert task["passrole.ec2.iam_ec2_role"] == marked({"fleet": fix["fleet"], "region": finding["region"]})
    assert is_inert(task["name"]) and "#" not in task["name"]
    loader = DataLoader()
    [read] = Templar(loader=loader, variables={}).template(loader.load(written))
    assert read["passrole.ec2.iam_ec2_role"] == {"fleet": fix["fleet"], "region": finding["region"]}


def test_the_chain_of_a_group_is_drawn_from_it_to_the_policies(browser, page):
    fresh(browser, page, "#view=chains&q=web-0001-role&region=eu-central-1")
    kinds = [one.text for one in browser.find_elements(By.CSS_SELECTOR, ".chain-drawing .kind")]
    assert kinds == ["Auto Scaling group", "Launch template", "Instance profile", "Role", "2 policies", "1 instance", "1 instance"]
    assert number_of(browser, ".chain-drawing .edge") == 8
    assert text(browser, ".chain-drawing .node[aria-label^='Role'] .found") == "Critical +1"


def test_what_is_found_in_a_drawing_leads_to_the_finding(browser, page):
    fresh(browser, page, "#view=chains&q=web-0001-role&region=eu-central-1")
    browser.execute_script("document.querySelector(\".chain-drawing .node[aria-label^='Role']\").focus()")
    press(browser, Keys.ENTER)
    assert browser.find_element(By.ID, "view-findings").is_displayed()
    assert {one.text for one in browser.find_elements(By.CSS_SELECTOR, ".finding .headline")} == {
        "A role of instances may do anything", "A role of instances has no permissions boundary",
    }


def test_rules_without_findings_are_told_too_and_what_was_not_judged(browser, page):
    fresh(browser, page, "#view=rules")
    assert number_of(browser, ".rule.card") == len(REPORT["rules"])
    assert "nothing found" in text(browser, "#rules-list") and "was not judged offline" in text(browser, "#not-judged")


def test_what_is_silenced_is_told_with_the_reason(browser, page):
    fresh(browser, page, "#view=silenced")
    browser.find_element(By.CSS_SELECTOR, "#silenced-list .finding h3 button").click()
    assert "Silenced: moved by 2027, until 2027-01-31" in text(browser, "#silenced-list .detail")


def test_everything_is_reached_by_the_keyboard(browser, page):
    fresh(browser, page)
    browser.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    reached = [focused(browser)]
    for _step in range(17):
        press(browser, Keys.TAB)
        reached.append(focused(browser))
    wanted = ["skip", "theme", *(f"severity-{name}" for name in SEVERITIES), "by", "estate-map", "q", "account", "region", "rule", "new", "tab-findings"]
    assert [one for one in reached if one in wanted] == wanted


def test_the_picture_is_walked_by_arrows(browser, page):
    fresh(browser, page)
    browser.execute_script("document.getElementById('estate-map').focus()")
    first = browser.find_element(By.ID, "estate-map").get_attribute("aria-activedescendant")
    press(browser, Keys.ARROW_RIGHT, Keys.ARROW_DOWN)
    second = browser.find_element(By.ID, "estate-map").get_attribute("aria-activedescendant")
    assert first != second
    press(browser, Keys.ENTER)
    assert told(browser)[1] == 1
    chosen = browser.find_element(By.CSS_SELECTOR, "#estate-map [aria-selected=true]")
    assert chosen.get_attribute("id") == second and chosen.get_attribute("aria-label") == text(browser, "#estate-caption")


def test_slash_searches_and_escape_lets_go(browser, page):
    fresh(browser, page)
    browser.find_element(By.TAG_NAME, "body").send_keys("/")
    assert focused(browser) == "q"
    press(browser, "boundary/")
    wait(browser, lambda: told(browser)[0] == 0)
    press(browser, Keys.ESCAPE)
    assert told(browser)[0] == len(FINDINGS)


def test_tabs_and_findings_are_walked_by_arrows_and_opened_by_enter(browser, page):
    fresh(browser, page)
    browser.execute_script("document.getElementById('tab-findings').focus()")
    press(browser, Keys.ARROW_RIGHT)
    assert focused(browser) == "tab-chains" and browser.find_element(By.ID, "view-chains").is_displayed()
    press(browser, Keys.ARROW_LEFT)
    browser.execute_script("document.querySelector('.finding h3 button').focus()")
    press(browser, Keys.ARROW_DOWN, Keys.ENTER)
    opened = [one.get_attribute("aria-expanded") for one in browser.find_elements(By.CSS_SELECTOR, ".finding h3 button")]
    assert opened[:3] == ["false", "true", "false"]


def test_names_and_tags_that_are_markup_are_text(browser, page):
    for view in VIEWS:
        fresh(browser, page, f"#view={view}")
        assert browser.title == "Instance profile audit"
        assert number_of(browser, "img, [onerror]") == 0
    fresh(browser, page, "#view=chains&severity=critical&region=eu-west-1")
    assert f"web {HOSTILE}" in [one.text for one in browser.find_elements(By.CSS_SELECTOR, ".chain h3 .name")]
    assert f"team: web {HOSTILE}" in [one.text for one in browser.find_elements(By.CSS_SELECTOR, ".chain .tags .chip")]


def test_the_page_asks_for_nothing_and_the_console_is_silent(browser, page):
    fresh(browser, page)
    asked_for(browser)
    for view in VIEWS:
        fresh(browser, page, f"#view={view}")
        browser.execute_script("document.querySelectorAll('.finding h3 button').forEach((one) => one.click())")
        assert logged(browser) == []
        assert browser.execute_script("return performance.getEntriesByType('resource').map((one) => one.name)") in ([], ["data:,"])
    assert {address.partition("#")[0] for address in asked_for(browser)} - {"about:blank", "data:,"} == {page.as_uri()}


def test_a_script_that_is_not_the_page_s_own_is_refused(browser, page):
    fresh(browser, page)
    browser.execute_script("const one = document.createElement('div'); one.innerHTML = '<img src=x onerror=\"document.title=1\">'; document.body.append(one)")
    browser.execute_script("const two = document.createElement('script'); two.textContent = 'document.title=2'; document.body.append(two)")
    browser.execute_script("fetch('https://example.com/').catch(() => { window.refused = true; })")
    wait(browser, lambda: browser.execute_script("return window.refused"))
    assert browser.title == "Instance profile audit"
    assert all("Content Security Policy" in one or "violates" in one or "example.com" in one or "ERR_" in one for one in logged(browser))


@pytest.mark.parametrize(
    ("scheme", "screen", "judged"),
    [("light", WIDE, ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"]), ("dark", WIDE, ["color-contrast"]), ("light", PHONE, ["wcag2aa", "wcag21aa"])],
    ids=["light", "dark", "phone"],
)
def test_nothing_is_in_the_way_of_people_by_axe(browser, page, scheme, screen, judged):
    for view in VIEWS:
        fresh(browser, page, f"#view={view}", screen, scheme)
        browser.execute_script("[...document.querySelectorAll('.finding h3 button')].slice(0, 3).forEach((one) => one.click())")
        browser.execute_script(AXE)
        found = browser.execute_async_script("axe.run(document, {runOnly: arguments[0], resultTypes: ['violations']}).then(arguments[1])", judged)
        assert [(one["id"], one["nodes"][0]["html"], one["nodes"][0]["failureSummary"]) for one in found["violations"]] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_letters_in_the_picture_and_words_in_drawings_have_contrast(browser, page, scheme):
    """What axe does not look at, as it is SVG."""
    fresh(browser, page, scheme=scheme)
    pairs = [(f"--on{number}", f"--fill{number}") for number in range(6)] + [(f"--text{number}", "--surface") for number in range(6)]
    pairs += [("--quiet", "--surface"), ("--quiet", "--ground"), ("--quiet", "--sunken"), ("--text", "--surface")]
    assert {pair: ratio for pair in pairs if (ratio := contrast(*(colour(browser, name) for name in pair))) < 4.5} == {}


def colour(browser, name):
    value = browser.execute_script("return getComputedStyle(document.documentElement).getPropertyValue(arguments[0]).trim()", name)
    return [int(value[place : place + 2], 16) / 255 for place in (1, 3, 5)]


def contrast(one, other):
    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(rgb):
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in rgb]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear))


def test_the_theme_is_the_system_s_until_another_is_chosen_and_stays(browser, page):
    ground = "return getComputedStyle(document.documentElement).backgroundColor"
    fresh(browser, page, scheme="dark")
    dark = browser.execute_script(ground)
    Select(browser.find_element(By.ID, "theme")).select_by_value("light")
    light = browser.execute_script(ground)
    fresh(browser, page, scheme="dark")
    assert browser.execute_script(ground) == light != dark
    Select(browser.find_element(By.ID, "theme")).select_by_value("auto")
    assert browser.execute_script(ground) == dark


@pytest.mark.parametrize("view", VIEWS)
def test_a_phone_needs_no_scrolling_sideways(browser, page, view):
    fresh(browser, page, f"#view={view}", PHONE)
    browser.execute_script("document.querySelectorAll('.finding h3 button').forEach((one) => one.click())")
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 375


def test_a_printer_gets_every_finding_that_is_asked_for_open_and_no_controls(browser, page):
    fresh(browser, page, "#severity=low&view=chains")
    browser.execute_script("addEventListener('beforeprint', () => { window.open = document.querySelectorAll('#findings-list .detail').length; })")
    browser.execute_cdp_cmd("Page.printToPDF", {})
    assert browser.execute_script("return window.open") == len(matching(severity="low"))
    assert browser.find_element(By.ID, "view-chains").is_displayed()
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert browser.find_element(By.ID, "view-findings").is_displayed()
    assert not any(browser.find_element(By.CSS_SELECTOR, one).is_displayed() for one in ("#filters", "[role=tablist]", "#theme", "#open-all", "#view-chains"))


def test_two_thousand_groups_take_no_more_elements_than_their_picture(browser, large):
    fresh(browser, large)
    assert "2,000" in text(browser, "#status")
    assert number_of(browser, "#estate-map [role=option]") == 2000
    everything = "return document.querySelectorAll('*').length"
    assert browser.execute_script(everything) < 9000
    browser.execute_script("window.scrollTo(0, document.body.scrollHeight / 2)")
    here = "return [...document.querySelectorAll('.finding')].some((one) => Math.abs(one.getBoundingClientRect().top) < 900)"
    wait(browser, lambda: browser.execute_script(here))
    assert browser.execute_script(everything) < 11000
    fresh(browser, large, "#view=chains")
    assert browser.execute_script(everything) < 9000
    assert 0 < number_of(browser, ".chain-drawing") < 40


def test_what_was_scrolled_past_gives_its_elements_back(browser, large):
    fresh(browser, large)
    top = browser.find_element(By.CSS_SELECTOR, ".chunk")
    assert top.find_elements(By.CSS_SELECTOR, ".finding")
    browser.execute_script("window.scrollTo(0, document.body.scrollHeight)")
    wait(browser, lambda: not top.find_elements(By.CSS_SELECTOR, ".finding"))


@pytest.mark.exhaustive  # the filters are tested on the small page
def test_a_filter_is_quick_to_answer_for_two_thousand_groups(browser, large):
    fresh(browser, large)
    browser.find_element(By.ID, "severity-critical").click()
    assert 0 < number_of(browser, ".finding") <= 50
    assert number_of(browser, "#estate-map .s0") == int(text(browser, "#status").split()[5])
