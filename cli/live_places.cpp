// SPDX-License-Identifier: Apache-2.0
#include "live_places.hpp"

#include "base/error.hpp"

#include <filesystem>

namespace ingot::cli {

namespace {

std::string state_folder(const Context& context) {
  const auto folder = xdg_folder(context.host.environment, "XDG_STATE_HOME", ".local/state");
  if (folder.empty()) {
    throw base::Error(
        {.code = base::ErrorCode::environment,
         .message = "there is no folder for the server's files: neither HOME nor XDG_STATE_HOME is set",
         .remedy = "--socket PATH"});
  }
  return folder + "/ingot";
}

}  // namespace

std::string live_socket(const Context& context, const std::string& given) {
  if (const auto socket = context.settings.get("socket", given).value; !socket.empty()) {
    return (std::filesystem::path(context.host.working_dir) / socket).lexically_normal().string();
  }
  const auto runtime = lookup(context.host.environment, "XDG_RUNTIME_DIR");
  return (runtime.empty() ? state_folder(context) : std::string(runtime)) + "/ingot.sock";
}

std::string live_token_file(const Context& context) {
  return state_folder(context) + "/token";
}

}  // namespace ingot::cli
