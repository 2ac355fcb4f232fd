// SPDX-License-Identifier: Apache-2.0
// A small client of the Kubernetes API: JSON in and out, objects as they are. One Client per API server; it
// keeps its connections and may be used from several threads at once. "Path" is a path of the API without
// query, "/api/v1/nodes/a". Throws base::Error{cluster_unreachable} when no answer comes, {cluster_refused}
// when the answer is a failure (the cause begins "HTTP 403: ", the field errors are in `problems`),
// {not_found}, {already_exists}, {untrusted} for answers that are no Kubernetes' or a server that cannot
// prove who it is, and Cancelled. A server that is starting refuses all kinds of things: see is_starting_up.
#pragma once

#include "base/error.hpp"

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace ingot::kube {

// PEM texts, as in a kubeconfig.
struct Credentials {
  std::string ca;
  std::string certificate;
  std::string key;
};

enum class PatchKind { merge, strategic_merge, json };

// Receives a piece of a streamed answer; returns false to end it.
using PieceSink = std::function<bool(std::string_view piece)>;

class Client {
 public:
  // `server_name`: the name in the server's certificate, where it is not the host of the URL (a published
  // port, a node's own address).
  explicit Client(const std::string& server_url, Credentials credentials, std::string server_name = {});
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // "https://127.0.0.1:6443", for messages.
  [[nodiscard]] const std::string& server() const noexcept;

  // The object, or nothing if there is none.
  [[nodiscard]] std::optional<nlohmann::json> get(const std::string& path, const std::stop_token& stop);

  // A list object with `items` and `metadata.resourceVersion`. `query` without "?": "labelSelector=a%3Db".
  [[nodiscard]] nlohmann::json list(const std::string& path, const std::stop_token& stop,
                                    const std::string& query = {});

  // The text behind a path that has no JSON: "/readyz", a pod's log.
  [[nodiscard]] std::string get_text(const std::string& path, const std::stop_token& stop);

  // Creates an object at the place that its kind, namespace ("default" if none) and name give. If it exists
  // already, the one that exists comes back and `existed` is set.
  nlohmann::json create(const nlohmann::json& object, const std::stop_token& stop, bool* existed = nullptr);

  // The same for a body that must arrive byte for byte, as ControllerRevisions must (hash.hpp).
  nlohmann::json create_text(const std::string& collection, const std::string& body,
                             const std::stop_token& stop, bool* existed = nullptr);

  // Server-side apply as field manager "ingot", taking over fields of others. Returns the object as it is
  // now.
  nlohmann::json apply(const nlohmann::json& object, const std::stop_token& stop);

  // Changes an object or a subresource of it (".../status").
  nlohmann::json patch(const std::string& path, PatchKind kind, const nlohmann::json& change,
                       const std::stop_token& stop);

  // Deletes in the background; false if there was no such object.
  bool remove(const std::string& path, const std::stop_token& stop);
  // The same for a pod of which nothing runs any more: nobody's word that it has ended is waited for.
  bool remove_at_once(const std::string& path, const std::stop_token& stop);

  // Asks a pod to go (policy/v1). It is told to end, and ends when it does. Error{cluster_refused} with a
  // cause of "HTTP 429" while a PodDisruptionBudget keeps it, whose words are in `problems`;
  // Error{not_found}.
  void evict(const std::string& name_space, const std::string& pod, const std::stop_token& stop);

  // Where an object of that apiVersion and kind lives: "/apis/apps/v1/namespaces/x/daemonsets/y". Asks the
  // server for kinds it does not know by heart. Error{not_found} for a kind the server does not have (yet).
  [[nodiscard]] std::string path_of(const nlohmann::json& object, const std::stop_token& stop);

  // Streams the answer to GET `target` (path and query). Error{timed_out} when nothing has come for
  // `idle_limit` (zero: no limit). For watches and logs.
  void stream(const std::string& target, std::chrono::milliseconds idle_limit, const PieceSink& sink,
              const std::stop_token& stop);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Whether an error of a Client may be one of a server that is not ready yet: it does not listen, hangs up, or
// refuses for lack of roles, priority classes or caches (403, 429, 5xx). It survives base::with_context.
[[nodiscard]] bool is_starting_up(const base::Error& error);

}  // namespace ingot::kube
