"""manifests/compose.yaml without docker."""

import pytest
import server
from fixtures import clean_environment
from manifests import ROOT

yaml = pytest.importorskip("yaml", reason="comes with kubernetes-validate, which ./dev test installs")


def test_narwhal_knows_the_time_that_it_is_given_to_leave(tmp_path):
    service = yaml.safe_load((ROOT / "manifests/compose.yaml").read_text())["services"]["backend"]
    grace = service["environment"]["NARWHAL_GRACE"]
    assert service["stop_grace_period"] == f"{grace}s"
    given = [*service["command"], "--domain", ROOT / "manifests/domain.json", "--check-config"]
    done = server.run(given, tmp_path, clean_environment({"NARWHAL_GRACE": str(grace)}))
    assert done.returncode == 0 and "NARWHAL_GRACE" not in done.stderr, done.stderr
