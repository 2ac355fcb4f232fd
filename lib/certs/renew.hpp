// SPDX-License-Identifier: Apache-2.0
// `cluster certs renew`: every certificate but those of authorities is issued anew, by the cluster's own
// authorities, with a new key and everything else as it was. Nodes change over the engine alone, so that a
// cluster whose API takes nobody's certificate any more can be mended. Control planes go one after the other,
// each seen to be well with what is new, unless certificates are so bad that none can be well before all
// have new ones. Clusters are known by their labels alone: kind's can be renewed, too.
#pragma once

#include "certs/results.hpp"
#include "node/host.hpp"
#include "plan/executor.hpp"

#include <stop_token>
#include <string>

namespace ingot::certs {

// Nothing is done for certificates that last as long already. Error{not_found} when no container carries the
// name, Error{already_exists} when a node does not run, Error{unsupported} with every certificate that cannot
// be issued anew; then nothing has changed. Error{timed_out} with what was waited for. What was renewed stays
// so when it fails or is interrupted: a second run does the rest.
RenewResult renew(node::Host& host, const RenewRequest& request, const plan::Interrupts& interrupts,
                  plan::EventSink& sink);

// The plan that renew() would run now, as text; empty: there is nothing to do. Changes nothing.
[[nodiscard]] std::string renew_plan_text(node::Host& host, const RenewRequest& request,
                                          const std::stop_token& stop);

}  // namespace ingot::certs
