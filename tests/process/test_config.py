# SPDX-License-Identifier: Apache-2.0
"""Cluster files are checked, shown and described without an engine; somebody else's validator reads the schema."""
import json
import pathlib
import re
import unittest

import jsonschema
import yaml

from program import ProcessTest

DATA = pathlib.Path(__file__).parents[1] / "data" / "config"

# Invalid for reasons that no schema can give: rules between several places, amounts and addresses, what is inside of
# texts, and faults of YAML itself (duplicate keys, a later document), which are gone
# before a schema sees anything.
BEYOND_A_SCHEMA = {
    "invalid-addresses", "invalid-containerd-patches", "invalid-duplicate-keys", "invalid-host-ports-taken",
    "invalid-labels", "invalid-name-ends", "invalid-name-too-long",
    "invalid-no-control-plane", "invalid-patches", "invalid-subnet-family",
    "invalid-subnets-large", "invalid-subnets-overlap", "invalid-subnets-small",
}


class YamlStrings(yaml.SafeLoader):
    """As readers of cluster files have it: dates stay texts, and y is true."""

    bool_values = {**yaml.SafeLoader.bool_values, "y": True, "n": False}


YamlStrings.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()}
YamlStrings.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^[yYnN]$"), list("yYnN"))


def load(path):
    """The first document, or None when it is not YAML that another reader reads."""
    try:
        with path.open("rb") as file:
            return next(iter(yaml.load_all(file, YamlStrings)), None)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, TypeError):
        return None


class Schema(ProcessTest):
    def setUp(self):
        super().setUp()
        result = self.run_ingot("config", "schema")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.schema = json.loads(result.stdout)
        self.validator = jsonschema.Draft7Validator(self.schema)

    def test_it_is_a_schema(self):
        jsonschema.Draft7Validator.check_schema(self.schema)

    def test_valid_files_pass(self):
        files = sorted(DATA.glob("valid-*.yaml"))
        self.assertGreater(len(files), 10)
        for path in files:
            with self.subTest(path.stem):
                problems = [error.message for error in self.validator.iter_errors(load(path))]
                self.assertEqual(problems, [])

    def test_invalid_files_fail_where_a_schema_can_say_so(self):
        judged = {path.stem for path in DATA.glob("invalid-*.yaml") if load(path) is not None}
        self.assertGreater(len(judged - BEYOND_A_SCHEMA), 10)
        passed = {name for name in judged if self.validator.is_valid(load(DATA / f"{name}.yaml"))}
        self.assertEqual(passed - BEYOND_A_SCHEMA, set())

    def test_fields_of_ingot_are_unknown_to_kinds_files(self):
        for version, valid in (("ingot/v1alpha1", True), ("kind.x-k8s.io/v1alpha4", False)):
            with self.subTest(version):
                file = {"apiVersion": version, "kind": "Cluster", "nodes": [{"env": {"A": "b"}}]}
                self.assertEqual(self.validator.is_valid(file), valid)

    def test_protocols_are_taken_in_any_case(self):
        for protocol, valid in (("tcp", True), ("Udp", True), ("SCTP", True), ("", True), ("ICMP", False)):
            with self.subTest(protocol):
                mapping = {"containerPort": 80, "protocol": protocol}
                file = {"apiVersion": "kind.x-k8s.io/v1alpha4", "kind": "Cluster",
                        "nodes": [{"extraPortMappings": [mapping]}]}
                self.assertEqual(self.validator.is_valid(file), valid)


class Validate(ProcessTest):
    def test_every_file_is_judged_as_its_name_says(self):
        for path in sorted(DATA.glob("*.yaml")):
            with self.subTest(path.stem):
                result = self.run_ingot("config", "validate", str(path))
                self.assertEqual(result.returncode, 0 if path.stem.startswith("valid-") else 2, result.stderr)

    def test_all_problems_are_told_at_once_with_their_lines(self):
        result = self.run_ingot("config", "validate", "-", "-o", "json",
                                input="kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes:\n- role: x\n  env: {}\n")
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        problems = json.loads(result.stderr)["problems"]
        self.assertEqual([problem.split(":")[0] for problem in problems], ["line 4", "line 5"])
        self.assertIn("ingot/v1alpha1", problems[1])

    def test_what_is_valid_is_said_in_one_line_or_as_json(self):
        path = str(DATA / "valid-ingot-every-field.yaml")
        self.assertEqual(self.run_ingot("config", "validate", path).stdout,
                         f"{path} is valid: cluster 'ours', 1 control plane, 1 worker\n")
        told = json.loads(self.run_ingot("config", "validate", path, "-o", "json").stdout)
        self.assertEqual((told["kind"], told["fileVersion"], told["workers"]), ("ConfigValidated", "ingot/v1alpha1", 1))

    def test_a_file_that_is_not_there_is_a_mistake_of_use(self):
        self.assertEqual(self.run_ingot("config", "validate", "none.yaml").returncode, 2)


class Show(ProcessTest):
    def shown(self, *arguments):
        result = self.run_ingot("config", "show", "-o", "json", *arguments)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        told = json.loads(result.stdout)
        self.assertEqual(told["kind"], "ConfigShown")
        return ({setting["name"]: (setting["value"], setting["origin"]) for setting in told["settings"]},
                {field["path"]: (field["value"], field["origin"]) for field in told["cluster"]})

    def write(self, text):
        path = self.home / "cluster.yaml"
        path.write_text("kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n" + text, encoding="utf-8")
        return str(path)

    def test_nothing_given_is_all_built_in(self):
        settings, fields = self.shown()
        self.assertEqual({origin for _, origin in fields.values()}, {"built-in"})
        self.assertEqual(fields["networking.podSubnet"][0], "10.244.0.0/16")
        self.assertEqual({name for name, (_, origin) in settings.items() if origin != "built-in"}, {"output"})

    def test_each_value_names_where_it_comes_from(self):
        path = self.write("name: from-file\nnodes:\n- labels:\n    a: b\n  image: mine\nnetworking:\n  apiServerPort: 6443\n")
        user_file = self.home / ".config/ingot/config.yaml"
        user_file.parent.mkdir(parents=True)
        user_file.write_text("# mine\nnetwork: other\nimage: user\n", encoding="utf-8")
        self.env["INGOT_TIMEOUT"] = "9m"
        settings, fields = self.shown("-f", path, "--workers", "1")
        self.assertEqual(settings["network"], ("other", f"{user_file}:2"))
        self.assertEqual(settings["timeout"], ("9m", "INGOT_TIMEOUT"))
        self.assertEqual(settings["output"], ("json", "--output"))
        self.assertEqual(fields["name"], ("from-file", f"{path}:3"))
        self.assertEqual(fields["nodes[0].labels.a"], ("b", f"{path}:6"))
        self.assertEqual(fields["nodes[0].image"], ("mine", f"{path}:7"))
        self.assertEqual(fields["nodes[0].role"], ("control-plane", "built-in"))
        self.assertEqual(fields["nodes[1].role"], ("worker", "--workers"))
        self.assertEqual(fields["nodes[1].image"], ("user", f"{user_file}:3"))
        self.assertEqual(fields["networking.apiServerPort"], (6443, f"{path}:9"))

    def test_arguments_and_variables_win_over_the_file(self):
        path = self.write("name: from-file\nnodes:\n- image: mine\n")
        self.env["KIND_CLUSTER_NAME"] = "from-kind"
        _, fields = self.shown("-f", path, "--image", "flag")
        self.assertEqual(fields["name"], ("from-kind", "KIND_CLUSTER_NAME"))
        self.assertEqual(fields["nodes[0].image"], ("flag", "--image"))
        self.assertEqual(self.shown("given", "-f", path)[1]["name"], ("given", "argument"))

    def test_tables_keep_to_a_line_for_each_value(self):
        path = self.write("kubeadmConfigPatches:\n- |\n  kind: ClusterConfiguration\n  a: b\n")
        result = self.run_ingot("config", "show", "-f", path)
        lines = [line for line in result.stdout.splitlines() if line.startswith("kubeadmConfigPatches[0]")]
        self.assertEqual(len(lines), 1)
        self.assertTrue(lines[0].endswith(f"{path}:4"), lines[0])

    def test_yaml_says_the_same(self):
        told = yaml.safe_load(self.run_ingot("config", "show", "-o", "yaml").stdout)
        self.assertEqual(told["kind"], "ConfigShown")


if __name__ == "__main__":
    unittest.main()
