// SPDX-License-Identifier: Apache-2.0
// The members of a JSON object, read strictly: every problem is kept with its path, a member that nobody
// asked for is one. Internal to lib/cdi.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ingot::cdi {

class Fields {
 public:
  // `path`: where the object stands, for messages; empty: the whole file.
  Fields(const nlohmann::json& object, std::string path, std::vector<std::string>& problems);

  [[nodiscard]] std::string text(const std::string& name, bool required);
  [[nodiscard]] std::optional<std::int64_t> number(const std::string& name);
  [[nodiscard]] std::vector<std::string> texts(const std::string& name);
  [[nodiscard]] std::vector<std::int64_t> numbers(const std::string& name);
  // Null when it is not there.
  [[nodiscard]] const nlohmann::json* find(const std::string& name);
  void each(const std::string& name, bool required,
            const std::function<void(const nlohmann::json& element, const std::string& path)>& visit);
  [[nodiscard]] std::vector<std::string> names() const;
  // No more is asked for.
  void end();

 private:
  [[nodiscard]] std::string at(const std::string& name) const;
  void refuse(const std::string& path, const std::string& why) { problems_.push_back(path + ": " + why); }

  const nlohmann::json& object_;
  std::string path_;
  std::vector<std::string>& problems_;
  std::set<std::string> known_;
};

}  // namespace ingot::cdi
