// SPDX-License-Identifier: Apache-2.0
#include "attach/pods.hpp"
#include "base/error.hpp"

#include <catch2/catch.hpp>

using namespace ingot;

TEST_CASE("the kubelet's file tells which pod has which device", "[attach]") {
  const auto allotments = attach::parse_checkpoint(
      R"({"Data":{"PodDeviceEntries":[{"PodUID":"u1","ContainerName":"c","ResourceName":"v.com/gpu",)"
      R"("DeviceIDs":{"-1":["0","1"]},"AllocResp":""}],"RegisteredDevices":{"v.com/gpu":["0","1"]}},"Checksum":1})");
  REQUIRE(allotments.size() == 2);
  CHECK(allotments[1].pod_uid == "u1");
  CHECK(allotments[1].device == "v.com/gpu=1");
}

TEST_CASE("a kubelet without pods has written null", "[attach]") {
  CHECK(attach::parse_checkpoint(R"({"Data":{"PodDeviceEntries":null,"RegisteredDevices":{}},"Checksum":1})")
            .empty());
}

TEST_CASE("what is no such file is not believed", "[attach]") {
  for (const auto* text : {"", "{}", R"({"Data":{"PodDeviceEntries":[{"PodUID":1}]}})"}) {
    CHECK_THROWS_AS(attach::parse_checkpoint(text), base::Error);
  }
}
