// SPDX-License-Identifier: Apache-2.0
#include "base/hash.hpp"

#include <catch2/catch.hpp>

namespace ingot::base {

TEST_CASE("the hash is FNV-1a, on bytes beyond ASCII, too", "[base]") {
  // From the test vectors of draft-eastlake-fnv.
  CHECK(fnv1a("") == 0xcbf29ce484222325U);
  CHECK(fnv1a("a") == 0xaf63dc4c8601ec8cU);
  CHECK(fnv1a("foobar") == 0x85944171f73967e8U);
  CHECK(fnv1a("\xff") == (0xcbf29ce484222325U ^ 0xffU) * 0x100000001b3U);
}

}  // namespace ingot::base
