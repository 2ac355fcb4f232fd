# SPDX-License-Identifier: Apache-2.0
"""Clusters that are needed for a while, and what is removed when nobody needs it any more."""
import datetime
import json
import unittest

from support import ENGINE, Scenario, gone_afterwards, new_name


def now():
    return datetime.datetime.now(datetime.timezone.utc)


class Expiry(Scenario):
    def expires(self, name):
        listed = json.loads(self.ingot("cluster", "list", "-o", "json").out)["items"]
        text = next(one["expires"] for one in listed if one["name"] == name)
        status = json.loads(self.ingot("cluster", "status", name, "-o", "json").out)
        self.assertEqual(status["expires"], text)
        return text and datetime.datetime.fromisoformat(text)

    def would_go(self):
        result = self.ingot("cluster", "delete", "--expired", "--dry-run", "-o", "name")
        self.assert_code(result, 0)
        return result.out.split()

    def test_a_cluster_goes_when_its_time_is_over_and_not_before(self):
        hour = datetime.timedelta(hours=1)
        with gone_afterwards(new_name()) as name:
            self.assert_code(self.ingot.create(name, "--ttl", "2h", "--control-planes", "2", "--no-wait"), 0)
            self.assertTrue(hour < self.expires(name) - now() <= 2 * hour)
            self.assertNotIn(f"cluster/{name}", self.would_go())
            self.assert_code(self.ingot("cluster", "extend", name, "--ttl", "5h"), 0)
            self.assertTrue(4 * hour < self.expires(name) - now() <= 5 * hour)
            self.assert_code(self.ingot("cluster", "stop", name), 0)
            # It can be told of a stopped cluster, and that it is over, too.
            self.assert_code(self.ingot("cluster", "extend", name, "--ttl", "3h"), 0)
            self.assertTrue(2 * hour < self.expires(name) - now() <= 3 * hour)
            self.assert_code(self.ingot("cluster", "extend", name, "--ttl", "1ms"), 0)
            self.assertIn(f"cluster/{name}", self.would_go())
            self.assert_code(self.ingot("cluster", "extend", name, "--never"), 0)
            self.assertNotIn(f"cluster/{name}", self.would_go())
            self.assertIsNone(self.expires(name))
            self.assert_code(self.ingot("cluster", "extend", name, "--ttl", "1ms"), 0)
            deleted = self.ingot("cluster", "delete", "--expired", "--yes")
            self.assert_code(deleted, 0)
            self.assertIn(f"cluster/{name} deleted", deleted.out)
            self.assert_nothing_left(name)

    def test_a_cluster_that_was_removed_behind_our_back_leaves_nothing_that_prune_does_not_find(self):
        """Without --older-than 0 on a real engine: other people's creates would be caught in the act."""
        with gone_afterwards(new_name()) as name:
            self.assert_code(self.ingot.create(name, "--no-wait"), 0)
            context = f"context/kind-{name}"
            self.assertNotIn(context, self.ingot("prune", "--dry-run", "-o", "name").out.split())
            ENGINE.remove([one["Id"] for one in ENGINE.containers(name)])
            self.assertIn(context, self.ingot("prune", "--dry-run", "-o", "name").out.split())
            pruned = self.ingot("prune", "--yes")
            self.assert_code(pruned, 0)
            self.assertIn(f"{context} removed", pruned.out)
            self.assertNotIn(name, self.ingot.kubeconfig.read_text(encoding="utf-8"))


if __name__ == "__main__":
    unittest.main()
