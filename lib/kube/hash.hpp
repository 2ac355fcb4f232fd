// SPDX-License-Identifier: Apache-2.0
// How the DaemonSet controller recognises pods of the current template, so that pods made before it runs are
// adopted instead of replaced. It takes the label controller-revision-hash from the ControllerRevision it
// owns whose data is, byte for byte, the template as Go writes it; only if there is none it makes one, under
// a hash of Go's in-memory structs (kubernetes: pkg/controller/daemon/update.go, constructHistory, Match,
// getPatch). So: create daemon_set_revision() together with the pods, and the hash is ours to choose. Pure
// functions on JSON texts; base::Error{untrusted} for a text that is no such object.
#pragma once

#include <string>

namespace ingot::kube {

// What the controller compares: {"spec":{"template":{...,"$patch":"replace"}}}, keys sorted, in Go's
// spelling. `daemon_set` is the object as the API server returned it: with all defaults.
[[nodiscard]] std::string daemon_set_patch(const std::string& daemon_set);

// The hash we label pods with: FNV-1 over the patch, in Kubernetes' alphabet (HashControllerRevision).
[[nodiscard]] std::string controller_revision_hash(const std::string& daemon_set);

// The ControllerRevision to create beside the pods: send it with Client::create_text to
// "/apis/apps/v1/namespaces/<ns>/controllerrevisions", unchanged. Its name is "<daemon set>-<hash>".
[[nodiscard]] std::string daemon_set_revision(const std::string& daemon_set);

}  // namespace ingot::kube
