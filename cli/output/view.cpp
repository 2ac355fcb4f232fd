// SPDX-License-Identifier: Apache-2.0
// What views of several kinds share.
#include "output/view.hpp"

#include <cctype>
#include <utility>

namespace ingot::cli::output {

std::string capitalized(std::string word) {
  word.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(word.front())));
  return word;
}

Value list_value(std::string kind, Value::List items) {
  return Value::Object{{"apiVersion", kApiVersion}, {"kind", std::move(kind)}, {"items", std::move(items)}};
}

}  // namespace ingot::cli::output
