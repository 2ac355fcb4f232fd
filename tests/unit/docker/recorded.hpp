// SPDX-License-Identifier: Apache-2.0
// Answers of a real engine (Docker 26.1, API 1.45), as it gave them: the files of recorded/.
#pragma once

#include "support/source_dir.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace ingot::docker {

inline std::string recorded(const std::string& name) {
  std::ifstream file(support::source_dir() / "tests/unit/docker/recorded" / name);
  std::ostringstream text;
  text << file.rdbuf();
  if (text.str().empty()) {
    throw std::runtime_error("no recorded answer " + name);
  }
  return text.str();
}

}  // namespace ingot::docker
