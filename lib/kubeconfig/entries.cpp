// SPDX-License-Identifier: Apache-2.0
#include "kubeconfig/entries.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "kubeconfig/document.hpp"
#include "kubeconfig/refusal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace ingot::kubeconfig {

namespace {

using base::Error;
using base::ErrorCode;

// The same key twice: yaml-cpp takes both in silence, and kubectl would see only one of them.
void check_top(const Value& root, const std::string& file) {
  for (const Member& member : root.members) {
    if (root.find(member.key.text) != &member.value) {
      refuse(file, member.key.line, "'" + member.key.text + "' for the second time");
    }
  }
  const Value* kind = root.find("kind");
  if (kind != nullptr && kind->kind == Value::Kind::scalar && kind->text != "Config") {
    refuse(file, kind->line, "not a kubeconfig, its kind is '" + kind->text + "'");
  }
}

void check_list(const Value& list, const std::string& key, const std::string& file) {
  if (list.kind == Value::Kind::null) {
    return;
  }
  if (list.kind != Value::Kind::list) {
    refuse(file, list.line, "'" + key + "' is not a list");
  }
  for (const Value& item : list.items) {
    if (item.kind != Value::Kind::map) {
      refuse(file, item.line, "an entry of '" + key + "' is not a map");
    }
  }
}

Value read(const std::string& text, const std::string& file) {
  Value root = parse_document(text, file);
  check_top(root, file);
  for (const char* key : {"clusters", "users", "contexts"}) {
    if (const Value* list = root.find(key)) {
      check_list(*list, key, file);
    }
  }
  return root;
}

bool is_named(const Value& item, const std::string& name) {
  const Value* found = item.find("name");
  return found != nullptr && found->kind == Value::Kind::scalar && found->text == name;
}

void set_entry(Value& root, const std::string& key, const std::string& name, Value content) {
  Value& list = root.at_or_add(key);
  list.kind = Value::Kind::list;
  if (list.items.empty()) {
    list.flow = root.flow;  // "[]" of a block file must not keep what we add on one line
  }
  const std::string inner = key.substr(0, key.size() - 1);  // "clusters" hold a "cluster" each
  Value entry = make_map({{inner, std::move(content)}, {"name", make_text(name)}});
  std::ranges::sort(entry.members, {}, [](const Member& member) { return member.key.text; });
  const auto same_name = [&name](const Value& item) { return is_named(item, name); };
  const auto first = std::ranges::find_if(list.items, same_name);
  if (first == list.items.end()) {
    list.items.push_back(std::move(entry));
    return;
  }
  *first = std::move(entry);
  const auto others = std::remove_if(std::next(first), list.items.end(), same_name);
  list.items.erase(others, list.items.end());
}

bool drop_entry(Value& root, const char* key, const std::string& name) {
  Value* list = root.find(key);
  return list != nullptr &&
         std::erase_if(list->items, [&name](const Value& item) { return is_named(item, name); }) > 0;
}

// An empty kubeconfig with its keys in the order of kubectl.
Value skeleton() {
  return make_map({{"apiVersion", make_plain("v1")},
                   {"clusters", {}},
                   {"contexts", {}},
                   {"current-context", {}},
                   {"kind", make_plain("Config")},
                   {"users", {}}});
}

void set_all(Value& root, const Names& names, const Access& access) {
  set_entry(root, "clusters", names.cluster,
            make_map({{"certificate-authority-data", make_text(base::to_base64(access.ca))},
                      {"server", make_text(access.server)}}));
  set_entry(root, "contexts", names.context,
            make_map({{"cluster", make_text(names.cluster)}, {"user", make_text(names.user)}}));
  set_entry(root, "users", names.user,
            make_map({{"client-certificate-data", make_text(base::to_base64(access.certificate))},
                      {"client-key-data", make_text(base::to_base64(access.key))}}));
  root.at_or_add("current-context") = make_text(names.context);
}

// In a file that is JSON, what we add must be JSON too.
void quote_ours(Value& value) {
  value.quoted = value.quoted || value.line == 0;
  for (Value& item : value.items) {
    quote_ours(item);
  }
  for (Member& member : value.members) {
    quote_ours(member.key);
    quote_ours(member.value);
  }
}

// Reading what others wrote: a text member, or nothing.
std::string text_of(const Value* map, std::string_view key) {
  const Value* found = map != nullptr ? map->find(key) : nullptr;
  return found != nullptr && found->kind == Value::Kind::scalar ? found->text : std::string();
}

// Whatever is wrong with a text that is not the user's.
Value read_untrusted(const std::string& text, const std::string& origin) {
  try {
    return read(text, origin);
  } catch (const Error& error) {
    throw Error(ErrorCode::untrusted, origin + " is not a usable kubeconfig", error.failure().cause);
  }
}

class Extraction {
 public:
  Extraction(const Value& root, const std::string& origin) : root_(root), origin_(origin) {}

  Access read(const std::string& wanted) const {
    const Value& context = entry("contexts", wanted.empty() ? current() : wanted);
    const Value& cluster = entry("clusters", required(context, "cluster"));
    const Value& user = entry("users", required(context, "user"));
    return {.server = required(cluster, "server"),
            .ca = decoded(cluster, "certificate-authority-data"),
            .certificate = decoded(user, "client-certificate-data"),
            .key = decoded(user, "client-key-data")};
  }

  // The name of the user, or cluster, of a context.
  std::string name_of(const std::string& inner, const std::string& wanted) const {
    std::string name = required(entry("contexts", wanted.empty() ? current() : wanted), inner);
    static_cast<void>(entry(inner + "s", name));  // or it has none
    return name;
  }

 private:
  [[noreturn]] void fail(const std::string& cause) const {
    throw Error(ErrorCode::untrusted, origin_ + " is not a usable kubeconfig", cause);
  }

  std::string current() const {
    std::string name = text_of(&root_, "current-context");
    const Value* contexts = root_.find("contexts");
    if (name.empty() && contexts != nullptr && contexts->items.size() == 1) {
      name = text_of(&contexts->items.front(), "name");
    }
    return name.empty() ? throw_no_context() : name;
  }

  std::string throw_no_context() const { fail("it has no current context"); }

  const Value& entry(const std::string& key, const std::string& name) const {
    const std::string inner = key.substr(0, key.size() - 1);
    if (const Value* list = root_.find(key)) {
      for (const Value& item : list->items) {
        const Value* content = is_named(item, name) ? item.find(inner) : nullptr;
        if (content != nullptr && content->kind == Value::Kind::map) {
          return *content;
        }
      }
    }
    fail("it has no " + inner + " '" + name + "'");
  }

  std::string required(const Value& map, std::string_view key) const {
    std::string text = text_of(&map, key);
    if (text.empty()) {
      fail(fmt::format("it has no '{}' where one is needed", key));
    }
    return text;
  }

  std::string decoded(const Value& map, std::string_view key) const {
    const auto text = base::from_base64(required(map, key));
    if (!text) {
      fail(fmt::format("its '{}' is not base64", key));
    }
    return *text;
  }

  const Value& root_;
  const std::string& origin_;
};

}  // namespace

std::string with_entries(const std::string& text, const std::string& file, const std::string& name,
                         const Access& access) {
  Value root = read(text, file);
  if (root.members.empty()) {
    root = skeleton();
  }
  set_all(root, {name, name, name}, access);
  if (root.flow) {
    quote_ours(root);
  }
  return emit_document(root, file);
}

std::optional<std::string> without_entries(const std::string& text, const std::string& file,
                                           const std::string& name) {
  Value root = read(text, file);
  bool changed = false;
  for (const char* key : {"clusters", "contexts", "users"}) {
    changed = drop_entry(root, key, name) || changed;
  }
  Value* current = root.find("current-context");
  if (current != nullptr && current->kind == Value::Kind::scalar && current->text == name) {
    *current = make_text("");
    changed = true;
  }
  if (!changed) {
    return std::nullopt;
  }
  return emit_document(root, file);
}

std::vector<std::pair<std::string, std::string>> servers(const std::string& text, const std::string& file) {
  const Value root = read(text, file);
  std::vector<std::pair<std::string, std::string>> found;
  const Value* clusters = root.find("clusters");
  for (const Value& item : clusters != nullptr ? clusters->items : std::vector<Value>()) {
    const Value* cluster = item.find("cluster");
    std::string server =
        cluster != nullptr && cluster->kind == Value::Kind::map ? text_of(cluster, "server") : "";
    if (std::string name = text_of(&item, "name"); !name.empty() && !server.empty()) {
      found.emplace_back(std::move(name), std::move(server));
    }
  }
  return found;
}

std::string make_kubeconfig(const Names& names, const Access& access) {
  Names complete = names;
  if (complete.context.empty()) {
    complete.context = names.user + '@' + names.cluster;
  }
  Value root = skeleton();
  set_all(root, complete, access);
  return to_yaml(root);
}

Access extract(const std::string& text, const std::string& origin, const std::string& context) {
  return Extraction(read_untrusted(text, origin), origin).read(context);
}

namespace {

// The text with something else in the user, or cluster, of a context.
std::string with_changed(const std::string& text, const std::string& origin, const std::string& context,
                         const std::string& inner, const std::function<void(Value&)>& change) {
  Value root = read_untrusted(text, origin);
  const std::string name = Extraction(root, origin).name_of(inner, context);
  Value& list = root.at_or_add(inner + "s");
  change(*std::ranges::find_if(list.items, [&](const Value& item) {
            return is_named(item, name);
          })->find(inner));
  if (root.flow) {
    quote_ours(root);
  }
  return emit_document(root, origin);
}

}  // namespace

std::string with_identity(const std::string& text, const std::string& origin, const std::string& context,
                          const Identity& identity) {
  return with_changed(text, origin, context, "user", [&](Value& user) {
    user.at_or_add("client-certificate-data") = make_text(base::to_base64(identity.certificate));
    user.at_or_add("client-key-data") = make_text(base::to_base64(identity.key));
  });
}

std::string with_server(const std::string& text, const std::string& origin, const std::string& context,
                        const std::string& server) {
  return with_changed(text, origin, context, "cluster",
                      [&](Value& cluster) { cluster.at_or_add("server") = make_text(server); });
}

}  // namespace ingot::kubeconfig
