import json
from tests.unit.fleets import *
from tests.unit.plugins.modules.test_fleet import chain
def test_x(account):
    said = named(4, role_change="new_profile")
    applications(said, account, defaults=chain(account))
    changed = applications([{**one, "role": f"{one['name']}-2"} for one in said], account, defaults=chain(account))
    print(json.dumps(changed["results"][0], indent=1)[:3000])
