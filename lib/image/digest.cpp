// SPDX-License-Identifier: Apache-2.0
#include "image/digest.hpp"

#include "base/error.hpp"

#include <openssl/evp.h>

#include <array>

namespace ingot::image {

std::string digest_of(std::string_view bytes) {
  std::array<unsigned char, 32> sum{};
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), sum.data(), &size, EVP_sha256(), nullptr) != 1 ||
      size != sum.size()) {
    throw base::Error(base::ErrorCode::internal, "a digest cannot be computed");
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text = "sha256:";
  for (const unsigned char byte : sum) {
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 0xFU];
  }
  return text;
}

bool is_digest(std::string_view text) {
  return text.size() == 71 && text.starts_with("sha256:") &&
         text.find_first_not_of("0123456789abcdef", 7) == std::string_view::npos;
}

std::vector<std::string> chain_ids(const std::vector<std::string>& layers) {
  std::vector<std::string> chain;
  for (const auto& layer : layers) {
    chain.push_back(chain.empty() ? layer : digest_of(chain.back() + " " + layer));
  }
  return chain;
}

}  // namespace ingot::image
