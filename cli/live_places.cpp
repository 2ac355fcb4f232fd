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

std::string in_working_dir(const Context& context, const std::string& path) {
  return (std::filesystem::path(context.host.working_dir) / path).lexically_normal().string();
}

std::string live_socket(const Context& context, const std::string& given) {
  if (const auto socket = context.settings.get("socket", given).value; !socket.empty()) {
    return in_working_dir(context, socket);
  }
  const auto runtime = lookup(context.host.environment, "XDG_RUNTIME_DIR");
  return (runtime.empty() ? state_folder(context) : std::string(runtime)) + "/ingot.sock";
}

namespace {

constexpr std::string_view kPlain = "http://";
constexpr std::string_view kTls = "https://";
constexpr std::string_view kUsualTlsPort = ":443";

bool has_port(std::string_view address) {
  const auto colon = address.rfind(':');
  return colon != std::string_view::npos && colon + 1 < address.size() &&
         address.find_first_not_of("0123456789", colon + 1) == std::string_view::npos;
}

// "127.0.0.1:7700", also as a URL, of which the rest is left out. Paths of sockets have a slash, or no port.
serve::ServerPlace tcp_place(std::string_view given) {
  serve::ServerPlace place{.socket = {}, .address = {}, .token = {}, .is_tls = given.starts_with(kTls)};
  if (place.is_tls || given.starts_with(kPlain)) {
    given.remove_prefix((place.is_tls ? kTls : kPlain).size());
    given = given.substr(0, given.find('/'));
  }
  place.address = given;
  if (place.is_tls && !has_port(given)) {
    place.address += kUsualTlsPort;
  } else if (!has_port(given) || given.find('/') != std::string_view::npos) {
    place.address.clear();
  }
  return place;
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

serve::Trust trust_of(const Context& context) {
  const auto given = context.settings.get("server-cert", context.globals.server_certificate).value;
  if (given.empty()) {
    return serve::usual_trust(live_certificate_files(context).certificate);
  }
  return serve::read_trust(given.starts_with("sha256:") ? given : in_working_dir(context, given));
}

}  // namespace

std::optional<serve::ServerPlace> server_place(const Context& context) {
  const auto given = context.settings.get("server", context.globals.server).value;
  if (given.empty()) {
    return std::nullopt;
  }
  auto place = tcp_place(given);
  if (!place.is_tls && !context.globals.server_certificate.empty()) {
    throw base::Error(
        {.code = base::ErrorCode::invalid_input,
         .message = fmt::format("{} is not spoken to by TLS, and so shows no certificate", given),
         .remedy = "--server https://HOST:PORT"});
  }
  if (!place.address.empty()) {
    place.token = token_for(context, place.address);
    place.trust = place.is_tls ? trust_of(context) : serve::Trust();
    return place;
  }
  return serve::ServerPlace{.socket = in_working_dir(context, given), .address = {}, .token = {}};
}

std::string live_token_file(const Context& context) {
  return state_folder(context) + "/token";
}

serve::CertificateFiles live_certificate_files(const Context& context) {
  const auto folder = state_folder(context);
  return {.certificate = folder + "/tls-cert.pem", .key = folder + "/tls-key.pem"};
}

}  // namespace ingot::cli
