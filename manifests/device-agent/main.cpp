// SPDX-License-Identifier: Apache-2.0
#include "failure.hpp"
#include "library_cache.hpp"
#include "places.hpp"
#include "plugin.hpp"
#include "sync.hpp"
#include "text_file.hpp"
#include "users.hpp"

#include <cstdio>
#include <iostream>
#include <string>
#include <vector>

namespace {

using namespace ingot::agent;

int run(const std::vector<std::string>& words) {
  const std::string word = words.empty() ? "" : words.front();
  if (word == "sync" && words.size() == 3) {
    std::cout << sync(read_text(words[2]), words[1]) << std::flush;
  } else if (word == "users") {
    std::cout << users({words.begin() + 1, words.end()}, "/proc") << std::flush;
  } else if (word == "plugin") {
    serve_plugin({.cdi = kCdiFolder, .kubelet = kKubeletFolder});
  } else if (word == kCacheWord) {
    cache_libraries(root_of(read_text("/dev/stdin")), {words.begin() + 1, words.end()});
  } else {
    std::fputs("usage: agent sync ROOT REQUEST | users PATH... | plugin | cache-libraries FOLDER...\n",
               stderr);
    return 2;
  }
  return 0;
}

}  // namespace

int main(int count, char** words) {
  try {
    return run({words + 1, words + count});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
