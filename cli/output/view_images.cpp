// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "output/view.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::cli::output {

namespace {

constexpr std::size_t kShortDigest = 12;
constexpr std::string_view kDigest = "sha256:";

const char* text_of(image::Action action) {
  switch (action) {
    case image::Action::present:
      return "present";
    case image::Action::tagged:
      return "tagged";
    case image::Action::loaded:
      return "loaded";
  }
  return "";
}

const char* text_of(image::Way way) {
  switch (way) {
    case image::Way::layers:
      return "layers";
    case image::Way::stream:
      return "stream";
    case image::Way::automatic:
      return "none";
  }
  return "";
}

Value or_null(const std::string& text) {
  return text.empty() ? Value() : Value(text);
}

std::string short_digest(const std::string& digest) {
  return digest.empty() ? "-" : digest.substr(digest.starts_with(kDigest) ? kDigest.size() : 0, kShortDigest);
}

}  // namespace

View view_of(const image::LoadResult& result) {
  View view;
  Value::List items;
  for (const auto& image : result.images) {
    Value::List nodes;
    for (const auto& node : image.nodes) {
      nodes.emplace_back(Value::Object{{"name", node.node}, {"action", text_of(node.action)}});
    }
    items.emplace_back(Value::Object{{"reference", or_null(image.reference)},
                                     {"name", or_null(image.name)},
                                     {"id", or_null(image.id)},
                                     {"archive", or_null(image.archive)},
                                     {"nodes", std::move(nodes)}});
    if (!image.name.empty()) {
      view.names.push_back("image/" + image.name);
    }
  }
  view.value = Value::Object{{"apiVersion", kApiVersion},
                             {"kind", "ImageLoadedList"},
                             {"cluster", result.cluster},
                             {"way", text_of(result.way)},
                             {"elapsedMs", std::int64_t{result.elapsed.count()}},
                             {"items", std::move(items)}};
  return view;
}

View view_of(const image::BuildResult& result) {
  return {.value = Value::Object{{"apiVersion", kApiVersion},
                                 {"kind", "ImageBuilt"},
                                 {"name", result.name},
                                 {"id", result.id},
                                 {"base", result.base},
                                 {"elapsedMs", std::int64_t{result.elapsed.count()}}},
          .names = {"image/" + result.name}};
}

View view_of(const image::ImageList& list, bool wide) {
  View view;
  Value::List items;
  Table table{.headers = {"NAME", "ID", "SIZE", "NODES"}};
  if (wide) {
    table.headers = {"NAME", "ID", "DIGEST", "SIZE", "NODES"};
  }
  for (const auto& image : list.images) {
    items.emplace_back(Value::Object{{"names", image.names},
                                     {"id", or_null(image.id)},
                                     {"digest", image.digest},
                                     {"sizeBytes", image.size},
                                     {"nodes", image.nodes}});
    const bool everywhere = image.nodes.size() == list.nodes.size();
    const auto nodes = wide ? base::join(image.nodes, ",")
                            : (everywhere ? std::string("all")
                                          : fmt::format("{}/{}", image.nodes.size(), list.nodes.size()));
    for (const auto& name : image.names.empty() ? std::vector<std::string>{"-"} : image.names) {
      if (name != "-") {
        view.names.push_back("image/" + name);
      }
      std::vector<Cell> row{name, wide ? image.id : short_digest(image.id)};
      if (wide) {
        row.emplace_back(image.digest);
      }
      row.emplace_back(base::to_size_text(image.size));
      row.emplace_back(nodes);
      table.rows.push_back(std::move(row));
    }
  }
  view.value = list_value("ImageList", std::move(items));
  view.tables.push_back(std::move(table));
  return view;
}

}  // namespace ingot::cli::output
