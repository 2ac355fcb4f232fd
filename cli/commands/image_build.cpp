// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "commands/commands.hpp"
#include "context.hpp"

namespace ingot::cli {

namespace {

int execute(Context&) {
  base::Failure failure;
  failure.code = base::ErrorCode::unsupported;
  failure.message = "the node image is built by a script of ingot's source, not by this program";
  failure.cause = "it takes Debian's debootstrap and Go's compiler, and ingot starts no programs";
  failure.remedy = "run tools/node-image in ingot's source tree";
  throw base::Error(std::move(failure));
}

}  // namespace

Command image_build() {
  return {
      .path = "image build",
      .summary = "Tell how to build the node image",
      .about =
          "The node image is made of Debian packages and Go modules, by a compiler that this program neither "
          "has nor starts. tools/node-image, in ingot's source tree, builds it and loads it in the engine, "
          "and needs no "
          "container registry. This command says so and exits 2.",
      .examples = {{"ingot image build", "tells what to run"},
                   {"ingot image build -o json", "the same for a program"}},
      .see_also = "ingot cluster create, ingot doctor",
      .declare = [](Flags&) -> Action { return execute; }};
}

}  // namespace ingot::cli
