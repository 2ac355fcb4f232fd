// SPDX-License-Identifier: Apache-2.0
// What an engine's refusal means. An engine answers failures with a status and {"message": "..."}; the status
// says little (500 for a port in use), so the words decide. Pure functions; the words are those of moby 20.10
// to 28 and are listed in the tests as they were heard.
#pragma once

#include "base/error.hpp"
#include "http/client.hpp"

#include <string>
#include <string_view>

namespace ingot::docker {

// The engine's words in the body of a refusal; the start of the body when it is not the usual JSON; never
// empty. Without control characters: they may end up on a terminal.
[[nodiscard]] std::string words_of(const http::Response& answer);

// `doing` completes "the engine could not ...": "start container 'x'".
[[nodiscard]] base::Failure to_failure(std::string_view doing, int status, const std::string& words);

// The same for a pull, where most failures mean that the image is not to be had.
[[nodiscard]] base::Failure to_pull_failure(const std::string& reference, int status,
                                            const std::string& words);

}  // namespace ingot::docker
