// SPDX-License-Identifier: Apache-2.0
// The user's kubeconfig files and the ones we make. merge and remove lock a file as kubectl
// and kind do
// ("<file>.lock", created exclusively), replace it atomically and keep its mode, its owner and what others
// wrote into it; several threads and processes may call them at once. Format: k8s.io/client-go,
// tools/clientcmd/api/v1. Throws base::Error{invalid_input} (the file is no kubeconfig: it names file and
// line), {environment} (permissions, disk), {timed_out} (another program keeps the lock), and Cancelled.
#pragma once

#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace ingot::kubeconfig {

// How to reach a cluster. PEM texts, not base64.
struct Access {
  std::string server;  // "https://127.0.0.1:6443"
  std::string ca;
  std::string certificate;
  std::string key;
};

struct Names {
  std::string cluster;
  std::string user;
  std::string context;  // empty: "<user>@<cluster>", as kubeadm names it
};

// Text of a kubeconfig with one cluster, user and context, which is current: what kubeadm writes.
[[nodiscard]] std::string make_kubeconfig(const Names& names, const Access& access);

// The name of the three entries of a cluster, "kind-<cluster>": other tools find the clusters by it.
[[nodiscard]] std::string entry_name(const std::string& cluster);

// What the context `context` of a kubeconfig says; empty: the current one, or the only one there is. The keys
// must be in the text. `origin` names the text in errors; missing parts are Error{untrusted}.
[[nodiscard]] Access extract(const std::string& text, const std::string& origin,
                             const std::string& context = {});

// Who a user of a kubeconfig is. PEM texts.
struct Identity {
  std::string certificate;
  std::string key;
};

// The text with another identity for the user of `context` (as extract() chooses it), and all else as it was.
// Errors as extract().
[[nodiscard]] std::string with_identity(const std::string& text, const std::string& origin,
                                        const std::string& context, const Identity& identity);

// The same with another server for the cluster of `context`.
[[nodiscard]] std::string with_server(const std::string& text, const std::string& origin,
                                      const std::string& context, const std::string& server);

// The same two for the entries `name` of `file`, where they are of the cluster with the authority `ca`;
// false: they are not, or there are none.
bool replace_identity(const std::string& file, const std::string& name, const std::string& ca,
                      const Identity& identity, const std::stop_token& stop);
bool replace_server(const std::string& file, const std::string& name, const std::string& ca,
                    const std::string& server, const std::stop_token& stop);

// What the entries `name` of `file` say; nothing where there are none that can be used.
[[nodiscard]] std::optional<Access> find_access(const std::string& file, const std::string& name);

// Writes the entries `name` into `file` and makes them current. The file and its folder are made if missing.
void merge(const std::string& file, const std::string& name, const Access& access,
           const std::stop_token& stop);

// Drops the entries `name` from every one of `files`, and the current context where it was that one. Missing
// files are fine. Returns the files that changed. A file that cannot be read or changed does not keep us from
// the others; an Error with all such problems comes at the end.
std::vector<std::string> remove(const std::vector<std::string>& files, const std::string& name,
                                const std::stop_token& stop);

// Those of `files` that hold an entry `name`: what remove would change. Files that cannot be read count as
// without one.
[[nodiscard]] std::vector<std::string> files_with(const std::vector<std::string>& files,
                                                  const std::string& name);

// The servers of the clusters in `files` whose names begin with `prefix`, by name. Of several of one name the
// first, as clients see them. Files that cannot be read count as without any.
[[nodiscard]] std::map<std::string, std::string> servers_in(const std::vector<std::string>& files,
                                                            const std::string& prefix);

}  // namespace ingot::kubeconfig
