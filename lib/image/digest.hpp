// SPDX-License-Identifier: Apache-2.0
// Digests as images name their parts by (OCI image specification: digests, ChainID). Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ingot::image {

// "sha256:" and 64 hexadecimal digits.
[[nodiscard]] std::string digest_of(std::string_view bytes);
[[nodiscard]] bool is_digest(std::string_view text);

// For each layer the name of a snapshot that holds it and all below it, as every containerd computes it from
// the digests of the uncompressed layers.
[[nodiscard]] std::vector<std::string> chain_ids(const std::vector<std::string>& layers);

}  // namespace ingot::image
