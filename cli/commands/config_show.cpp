// SPDX-License-Identifier: Apache-2.0
#include "cluster_input.hpp"
#include "commands/commands.hpp"
#include "config/problem.hpp"
#include "config/validate.hpp"
#include "config/values.hpp"
#include "exit_code.hpp"

#include <fmt/format.h>

namespace ingot::cli {

namespace {

using output::Value;

struct Options {
  ClusterInput input;
  std::string image;
};

Setting effective(const std::string_view key, const Options& options, const Context& context) {
  if (key == "output" || key == "progress") {
    return context.settings.get(key, key == "output" ? context.globals.output : context.globals.progress);
  }
  return context.settings.get(key, key == "image" ? options.image : "");
}

Value to_value(const std::variant<bool, std::int64_t, std::string>& value) {
  return std::visit([](const auto& plain) { return Value(plain); }, value);
}

std::string to_cell(const std::variant<bool, std::int64_t, std::string>& value) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    const bool is_plain = !text->empty() && text->find_first_of("\r\n\t") == std::string::npos;
    return is_plain ? *text : config::shown(*text);
  }
  return to_value(value).to_json_line();
}

int execute(const Options& options, Context& context) {
  auto description = describe_cluster(options.input, context);
  if (!options.image.empty()) {
    config::override_image(description.spec, options.image);
    for (std::size_t i = 0; i < description.spec.nodes.size(); ++i) {
      description.origins[fmt::format("nodes[{}].image", i)] = "--image";
    }
  }
  Value::List settings;
  output::Table setting_table{.headers = {"SETTING", "VALUE", "ORIGIN"}, .rows = {}};
  for (const auto key : setting_keys()) {
    const auto setting = effective(key, options, context);
    settings.emplace_back(Value::Object{{"name", key}, {"value", setting.value}, {"origin", setting.origin}});
    setting_table.rows.push_back(
        {std::string(key), setting.value.empty() ? "-" : setting.value, setting.origin});
  }
  Value::List fields;
  output::Table field_table{.headers = {"FIELD", "VALUE", "ORIGIN"}, .rows = {}};
  for (const auto& [path, exact, value] : config::values_of(description.spec)) {
    const auto origin = origin_of(description, path);
    fields.emplace_back(Value::Object{{"path", path}, {"value", to_value(value)}, {"origin", origin}});
    field_table.rows.push_back({path, to_cell(value), origin});
  }
  context.print({.value = Value::Object{{"apiVersion", output::kApiVersion},
                                        {"kind", "ConfigShown"},
                                        {"settings", settings},
                                        {"cluster", fields}},
                 .names = {"cluster/" + description.spec.name},
                 .tables = {std::move(setting_table), std::move(field_table)}});
  return exit_done;
}

}  // namespace

Command config_show() {
  return {.path = "config show",
          .summary = "Show settings and the effective cluster description",
          .about =
              "Shows every setting and every value of the cluster that ingot cluster create would make with "
              "the same arguments, and where each comes from: a flag, a variable of the environment, a file "
              "with its line, or what is built in.",
          .examples = {{"ingot config show", "with nothing given"},
                       {"ingot config show -f cluster.yaml --workers 2 -o json", "for a program"}},
          .see_also = "ingot help config, ingot config validate",
          .declare = [](Flags& flags) -> Action {
            auto options = std::make_shared<Options>();
            declare_input(flags, options->input);
            flags.value("--image", "IMAGE", "node image of every node", options->image);
            return [options](Context& context) { return execute(*options, context); };
          }};
}

}  // namespace ingot::cli
