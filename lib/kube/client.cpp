// SPDX-License-Identifier: Apache-2.0
#include "kube/client.hpp"

#include "http/client.hpp"
#include "kube/answer.hpp"
#include "kube/resources.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>
#include <mutex>

namespace ingot::kube {

namespace {

using base::Error;
using base::ErrorCode;
using nlohmann::json;

constexpr std::chrono::milliseconds kPatience{30'000};

http::Endpoint endpoint_of(const std::string& url, Credentials&& credentials, std::string&& server_name) {
  return {.unix_socket = {},
          .base_url = url,
          .tls = http::Tls{.ca = std::move(credentials.ca),
                           .certificate = std::move(credentials.certificate),
                           .key = std::move(credentials.key),
                           .verify = true,
                           .server_name = std::move(server_name)}};
}

http::Request request(const char* method, std::string target) {
  return {.method = method,
          .target = std::move(target),
          .headers = {{"Accept", "application/json"}, {"User-Agent", "ingot"}},
          .idle_limit = kPatience};
}

http::Request request(const char* method, std::string target, const char* content_type, std::string body) {
  http::Request made = request(method, std::move(target));
  made.headers.emplace_back("Content-Type", content_type);
  made.body = std::move(body);
  return made;
}

const char* content_type_of(PatchKind kind) {
  switch (kind) {
    case PatchKind::merge:
      return "application/merge-patch+json";
    case PatchKind::strategic_merge:
      return "application/strategic-merge-patch+json";
    case PatchKind::json:
      return "application/json-patch+json";
  }
  return "";
}

std::string name_of(const ObjectId& id) {
  const std::string name = id.name.empty() ? "" : " '" + id.name + "'";
  return id.kind + name + (id.name_space.empty() ? "" : " in namespace '" + id.name_space + "'");
}

// The kinds that a group version of the server has, from its discovery document.
std::map<std::string, Resource> parse_resources(const json& document) {
  std::map<std::string, Resource> found;
  for (const json& entry : document.value("resources", json::array())) {
    const bool good = entry.is_object() && entry.value("name", json()).is_string() &&
                      entry.value("kind", json()).is_string() &&
                      entry.value("namespaced", json()).is_boolean();
    const std::string plural = good ? entry.at("name").get<std::string>() : std::string();
    if (good && plural.find('/') == std::string::npos) {  // "pods/log" is a part of a resource
      found.emplace(entry.at("kind").get<std::string>(),
                    Resource{plural, entry.at("namespaced").get<bool>()});
    }
  }
  return found;
}

}  // namespace

struct Client::Impl {
  Impl(const std::string& url, Credentials&& credentials, std::string&& server_name)
      : server(url), http(endpoint_of(url, std::move(credentials), std::move(server_name))) {}

  http::Response send(const http::Request& request, const std::stop_token& stop) {
    try {
      return http.send(request, stop);
    } catch (const http::TransportError& error) {
      throw unreachable(error, server);
    }
  }

  // The answer's object; throws for every answer that is not a success.
  json expect(const http::Request& request, const std::string& doing, const std::stop_token& stop) {
    const http::Response response = send(request, stop);
    if (response.status / 100 != 2) {
      throw refusal(response, doing);
    }
    return parse_object(response.body, doing);
  }

  bool remove(const std::string& path, const std::string& how, const std::stop_token& stop) {
    try {
      expect(request("DELETE", path + '?' + how), "delete " + path, stop);
      return true;
    } catch (const Error& error) {
      if (error.code() == ErrorCode::not_found) {
        return false;
      }
      throw;
    }
  }

  Resource resource_of(const ObjectId& id, const std::stop_token& stop) {
    if (auto builtin = builtin_resource(id.api_version, id.kind)) {
      return *builtin;
    }
    const std::scoped_lock lock(mutex);  // one discovery at a time: the others want the same answer
    auto& kinds = discovered[id.api_version];
    if (!kinds.contains(id.kind)) {
      kinds = discover(id, stop);
    }
    const auto found = kinds.find(id.kind);
    if (found == kinds.end()) {
      throw unknown_kind(id);
    }
    return found->second;
  }

  std::map<std::string, Resource> discover(const ObjectId& id, const std::stop_token& stop) {
    try {
      return parse_resources(
          expect(request("GET", group_path(id.api_version)), "list the kinds of the cluster", stop));
    } catch (const Error& error) {
      throw error.code() == ErrorCode::not_found ? unknown_kind(id) : error;
    }
  }

  static Error unknown_kind(const ObjectId& id) {
    return Error(ErrorCode::not_found,
                 fmt::format("the cluster has no kind '{}' in '{}'", id.kind, id.api_version));
  }

  std::string server;
  http::Client http;
  std::mutex mutex;
  std::map<std::string, std::map<std::string, Resource>> discovered;  // by apiVersion, then kind
};

Client::Client(const std::string& server_url, Credentials credentials, std::string server_name)
    : impl_(std::make_unique<Impl>(server_url, std::move(credentials), std::move(server_name))) {}

Client::~Client() = default;

const std::string& Client::server() const noexcept {
  return impl_->server;
}

std::optional<json> Client::get(const std::string& path, const std::stop_token& stop) {
  try {
    return impl_->expect(request("GET", path), "read " + path, stop);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::not_found) {
      return std::nullopt;
    }
    throw;
  }
}

json Client::list(const std::string& path, const std::stop_token& stop, const std::string& query) {
  json found = impl_->expect(request("GET", query.empty() ? path : path + '?' + query), "list " + path, stop);
  if (found.value("items", json()).is_null()) {
    found["items"] = json::array();  // Go writes an empty list as null
  }
  if (!found.at("items").is_array()) {
    throw Error(ErrorCode::untrusted, "cannot list " + path, "the API server's answer is not a list");
  }
  return found;
}

std::string Client::get_text(const std::string& path, const std::stop_token& stop) {
  http::Response response = impl_->send(request("GET", path), stop);
  if (response.status / 100 != 2) {
    throw refusal(response, "read " + path);
  }
  return std::move(response.body);
}

json Client::create(const json& object, const std::stop_token& stop, bool* existed) {
  const ObjectId id = id_of(object);
  const std::string collection = collection_path(id, impl_->resource_of(id, stop));
  return create_text(collection, object.dump(), stop, existed);
}

json Client::create_text(const std::string& collection, const std::string& body, const std::stop_token& stop,
                         bool* existed) {
  const ObjectId id = id_of(json::parse(body, nullptr, false));
  const auto note = [existed](bool value) {
    if (existed != nullptr) {
      *existed = value;
    }
  };
  const auto post = request("POST", collection + "?fieldManager=ingot", "application/json", body);
  try {
    json made = impl_->expect(post, "create " + name_of(id), stop);
    note(false);
    return made;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::already_exists || id.name.empty()) {
      throw;
    }
  }
  note(true);
  return impl_->expect(request("GET", collection + '/' + id.name), "read " + name_of(id), stop);
}

json Client::apply(const json& object, const std::stop_token& stop) {
  const ObjectId id = id_of(object);
  const std::string target = path_of(object, stop) + "?fieldManager=ingot&force=true";
  // JSON is YAML, which is what this content type is called after.
  return impl_->expect(request("PATCH", target, "application/apply-patch+yaml", object.dump()),
                       "apply " + name_of(id), stop);
}

json Client::patch(const std::string& path, PatchKind kind, const json& change, const std::stop_token& stop) {
  return impl_->expect(request("PATCH", path + "?fieldManager=ingot", content_type_of(kind), change.dump()),
                       "change " + path, stop);
}

bool Client::remove(const std::string& path, const std::stop_token& stop) {
  return impl_->remove(path, "propagationPolicy=Background", stop);
}

bool Client::remove_at_once(const std::string& path, const std::stop_token& stop) {
  return impl_->remove(path, "propagationPolicy=Background&gracePeriodSeconds=0", stop);
}

void Client::evict(const std::string& name_space, const std::string& pod, const std::stop_token& stop) {
  const json eviction = {{"apiVersion", "policy/v1"},
                         {"kind", "Eviction"},
                         {"metadata", {{"name", pod}, {"namespace", name_space}}}};
  const std::string path = fmt::format("/api/v1/namespaces/{}/pods/{}/eviction", name_space, pod);
  impl_->expect(request("POST", path, "application/json", eviction.dump()),
                fmt::format("evict pod '{}' in namespace '{}'", pod, name_space), stop);
}

std::string Client::path_of(const json& object, const std::stop_token& stop) {
  const ObjectId id = id_of(object);
  if (id.name.empty()) {
    throw Error(ErrorCode::invalid_input, "a Kubernetes object without a name has no path");
  }
  return collection_path(id, impl_->resource_of(id, stop)) + '/' + id.name;
}

void Client::stream(const std::string& target, std::chrono::milliseconds idle_limit, const PieceSink& sink,
                    const std::stop_token& stop) {
  http::Request wanted = request("GET", target);
  wanted.idle_limit = idle_limit;
  try {
    const http::Response response = impl_->http.stream(wanted, sink, stop);
    if (response.status / 100 != 2) {
      throw refusal(response, "follow " + target);
    }
  } catch (const http::TransportError& error) {
    throw unreachable(error, impl_->server);
  }
}

}  // namespace ingot::kube
