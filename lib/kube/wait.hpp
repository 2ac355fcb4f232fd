// SPDX-License-Identifier: Apache-2.0
// Waiting for a cluster, without polling what can be watched. All throw base::Error{timed_out} that names
// what was waited for and, as cause, what was seen last; and Cancelled.
#pragma once

#include "base/wait.hpp"
#include "kube/client.hpp"

#include <functional>
#include <map>
#include <string>

namespace ingot::kube {

// Objects by "namespace/name", or "name" where there is no namespace.
using Objects = std::map<std::string, nlohmann::json>;

// Returns true when content; leaves in `seen` what is missing, in words.
using ObjectsPredicate = std::function<bool(const Objects& objects, std::string& seen)>;
using ObjectPredicate = std::function<bool(const nlohmann::json& object, std::string& seen)>;

// Returns when GET `path` is answered with success. "/version" answers as soon as the server serves those who
// need no role (system:masters); "/readyz" when all its parts are ready. Costs no TLS while nothing listens.
void wait_for_api(Client& client, base::Clock::time_point deadline, const std::stop_token& stop,
                  const std::string& path = "/version");

// Waits until the collection at `path` (with a query of selectors, if any: "/api/v1/nodes?labelSelector=x")
// is as wanted. Asked anew at each change.
void wait_for(Client& client, const std::string& path, const ObjectsPredicate& is_done,
              base::Clock::time_point deadline, const std::stop_token& stop);

// Waits until the object at `path` ("/api/v1/nodes/a") exists and is as wanted.
void wait_for_object(Client& client, const std::string& path, const ObjectPredicate& is_done,
                     base::Clock::time_point deadline, const std::stop_token& stop);

// Runs `wait`; when its time is over, what it waited for is told in the words of clusters: "timed out waiting
// until node 'a' is Ready". Its cause stays.
void waiting_until(const std::string& what, const std::function<void()>& wait);

}  // namespace ingot::kube
