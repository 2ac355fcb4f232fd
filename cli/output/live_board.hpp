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
  // Lines that tell what the message changed; none for one that changes nothing. What a snapshot changes is
  // found by comparison, once it is whole; until then all is as it was.
  std::vector<std::string> take(std::string_view message);

  // While there is nobody to tell of changes: why. Empty: there is.
  void set_lost(std::string reason) { lost_ = std::move(reason); }

  // A title and a table for each kind, with at most `rows` lines: those from `first` on, which is set back to
  // what there is.
  [[nodiscard]] std::string picture(const Style& style, std::size_t rows, std::size_t& first) const;

 private:
  using Key = std::pair<live::Kind, std::string>;
  std::vector<std::string> take_part(const live::Received& part);
  std::vector<std::string> remove(const Key& key);
  [[nodiscard]] std::string title(const Style& style) const;
  [[nodiscard]] std::string tables(const Style& style) const;

  std::map<Key, live::Object> objects_;
  live::ServerInfo server_;
  live::Version version_ = 0;
  std::vector<live::Object> coming_;  // of a snapshot, until it is whole
  std::string lost_;
};

}  // namespace ingot::cli::output
