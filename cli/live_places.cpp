// SPDX-License-Identifier: Apache-2.0
#include "live_places.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

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

namespace {

// "127.0.0.1:7700", also as "http://127.0.0.1:7700/". Paths of sockets have a slash, or no port.
std::string tcp_address(std::string_view given) {
  if (given.starts_with("http://")) {
    given.remove_prefix(7);
    given = given.substr(0, given.find('/'));
  }
  const auto colon = given.rfind(':');
  const bool has_port = colon != std::string_view::npos && colon + 1 < given.size() &&
                        given.find_first_not_of("0123456789", colon + 1) == std::string_view::npos;
  return has_port && given.find('/') == std::string_view::npos ? std::string(given) : "";
}

std::string token_for(const Context& context, const std::string& address) {
  if (const auto token = lookup(context.host.environment, "INGOT_TOKEN"); !token.empty()) {
    return std::string(token);
  }
  std::ifstream file(live_token_file(context));
  std::string token;
  if (!std::getline(file, token)) {
    throw base::Error({.code = base::ErrorCode::environment,
                       .message = fmt::format("the server at {} asks for a token", address),
                       .cause = live_token_file(context) + " is not there",
                       .remedy = "set INGOT_TOKEN to that of the server's file"});
  }
  return token;
}

}  // namespace

std::optional<serve::ServerPlace> server_place(const Context& context) {
  const auto given = context.settings.get("server", context.globals.server).value;
  if (given.empty()) {
    return std::nullopt;
  }
  if (auto address = tcp_address(given); !address.empty()) {
    return serve::ServerPlace{.socket = {}, .address = address, .token = token_for(context, address)};
  }
  return serve::ServerPlace{
      .socket = (std::filesystem::path(context.host.working_dir) / given).lexically_normal().string(),
      .address = {},
      .token = {}};
}

std::string live_token_file(const Context& context) {
  return state_folder(context) + "/token";
}

}  // namespace ingot::cli
