// SPDX-License-Identifier: Apache-2.0
// What `ingot watch` shows of messages of the live API: lines as they come, or everything as tables that fit
// a terminal. Used by one thread at a time.
#pragma once

#include "live/messages.hpp"
#include "output/style.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ingot::cli::output {

class LiveBoard {
 public:
  // Lines that tell what the message changed; none for one that changes nothing.
  std::vector<std::string> take(std::string_view message);

  // A title and a table for each kind, with at most `rows` lines: those from `first` on, which is set back to
  // what there is.
  [[nodiscard]] std::string picture(const Style& style, std::size_t rows, std::size_t& first) const;

 private:
  using Key = std::pair<live::Kind, std::string>;
  [[nodiscard]] std::string tables(const Style& style) const;

  std::map<Key, live::Object> objects_;
  live::ServerInfo server_;
  live::Version version_ = 0;
  bool is_new_snapshot_ = true;
};

}  // namespace ingot::cli::output
