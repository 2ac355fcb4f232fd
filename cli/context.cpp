// SPDX-License-Identifier: Apache-2.0
#include "context.hpp"

#include "base/error.hpp"
#include "engine_address.hpp"
#include "parse.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace ingot::cli {

void Globals::declare(Flags& flags) {
  const auto first = flags.all().size();
  flags.value("-o,--output", "FORMAT", "form of the result", output).choices = setting_rule("output").choices;
  flags.value("--progress", "KIND", "how progress is shown on standard error", progress).choices =
      setting_rule("progress").choices;
  flags.toggle("-q,--quiet", "no progress and nothing on standard output but what -o asks for", quiet);
  flags.count(
      "-v,--verbose",
      "show requests, all that a failed step printed, and where it failed; -vv: bodies of requests, too",
      verbose);
  flags.toggle("--no-color", "no colours", no_color);
  flags.toggle("--no-headers", "no header line in tables", no_headers);
  flags.toggle("--no-input", "never ask; fail instead", no_input);
  flags
      .value("--server", "PLACE",
             "let the ingot serve at this socket, HOST:PORT of this machine, or https://HOST:PORT run it",
             server)
      .meaning = Meaning::file;
  flags
      .value("--server-cert", "CERT",
             "certificate of that server: a PEM file, or sha256:FINGERPRINT as it says when it begins",
             server_certificate)
      .meaning = Meaning::file;
  for (auto at = first; at < flags.all().size(); ++at) {
    flags.all()[at].global = true;
  }
}

Operation::Operation(const OutStream& stream, const output::ProgressOptions& options, EventLog* log,
                     HttpTrace* trace, const std::stop_token& stop)
    : progress_(output::make_progress(stream, options)), log_(log), trace_(trace), on_stop_(stop, [this] {
        progress_->note("stopping; press Ctrl-C again to leave things as they are");
      }) {
  if (trace_ != nullptr) {
    trace_->show_through(progress_.get());
  }
}

Operation::~Operation() {
  if (trace_ != nullptr) {
    trace_->show_through(nullptr);
  }
}

void Operation::on(const plan::Event& event) noexcept {
  progress_->on(event);
  if (log_ != nullptr) {
    log_->add(event);
  }
}

Context::Context(Host& outside, const Globals& flags, EventLog& log)
    : host(outside),
      globals(flags),
      event_log(log),
      settings(outside.environment),
      out_style(output::choose_style(outside.out, outside.environment, flags.no_color)),
      err_style(output::choose_style(outside.err, outside.environment, flags.no_color)) {
  if (flags.verbose > 0 && flags.shows_requests) {
    trace_.emplace(outside.err, flags.verbose > 1);
  }
}

session::Session& Context::session() {
  if (!session_) {
    session_ = std::make_unique<session::Session>(engine_address(host.environment));
  }
  return *session_;
}

void Context::print(std::string_view text) {
  if (host.out.write(text) == Written::failed) {
    throw base::Error(base::ErrorCode::environment, "the result cannot be written to standard output");
  }
}

void Context::print(const output::View& view, std::optional<std::string> lines) {
  const auto form = format();
  std::string text;
  if (form == "json") {
    text = view.value.to_json();
  } else if (form == "yaml") {
    text = view.value.to_yaml();
  } else if (form == "name") {
    for (const auto& name : view.names) {
      text += name + "\n";
    }
  } else if (globals.quiet) {
    return;
  } else if (lines) {
    text = *lines;
  } else {
    output::TableLayout layout{.headers = !globals.no_headers};
    if (host.out.is_terminal) {
      layout.columns = static_cast<std::size_t>(out_style.columns);
    }
    for (const auto& table : view.tables) {
      text += (text.empty() ? "" : "\n") + output::render(table, out_style, layout);
    }
  }
  print(text);
}

output::Moment Context::moment() const {
  return {.relative = host.out.is_terminal, .now = std::chrono::system_clock::now()};
}

void Context::say(std::string_view line) {
  if (!globals.quiet) {
    host.err.write(fmt::format("{}\n", line));
  }
}

void Context::warn(std::string_view line) {
  host.err.write(fmt::format("{} {}\n", err_style.paint(output::Colour::yellow, "warning:"), line));
}

output::ProgressOptions Context::progress_options(const std::string& opening) const {
  const auto progress = settings.get("progress", globals.progress).value;
  return {.kind = output::to_progress_kind(progress, err_style, globals.quiet),
          .style = err_style,
          .opening = opening};
}

Operation Context::operation(const std::string& opening) {
  event_log.begin(event_log_path(), opening.substr(opening.rfind(' ') + 1));
  return {host.err, progress_options(opening), &event_log, trace_ ? &*trace_ : nullptr, stop()};
}

Operation Context::harmless_operation(const std::string& opening) {
  return {host.err, progress_options(opening), nullptr, trace_ ? &*trace_ : nullptr, stop()};
}

std::string Context::event_log_path() const {
  const auto given = settings.get("log").value;
  if (given == "off") {
    return {};
  }
  if (!given.empty()) {
    return (std::filesystem::path(host.working_dir) / given).lexically_normal().string();
  }
  const auto state = xdg_folder(host.environment, "XDG_STATE_HOME", ".local/state");
  return state.empty() ? "" : state + "/ingot/events.jsonl";
}

cluster::KubeconfigTarget Context::kubeconfig_target(const std::string& path, bool write) const {
  std::string absolute = path;
  if (!path.empty()) {
    absolute = (std::filesystem::path(host.working_dir) / path).lexically_normal().string();
  }
  return {.write = write,
          .explicit_path = std::move(absolute),
          .kubeconfig_env = std::string(lookup(host.environment, "KUBECONFIG")),
          .home = std::string(lookup(host.environment, "HOME"))};
}

std::string Context::instance_folder() const {
  const auto data = xdg_folder(host.environment, "XDG_DATA_HOME", ".local/share");
  if (data.empty()) {
    throw base::Error({.code = base::ErrorCode::environment,
                       .message = "there is no place for the keys of instances",
                       .cause = "neither XDG_DATA_HOME nor HOME is set",
                       .remedy = "set HOME"});
  }
  return data + "/ingot/instances";
}

std::string Context::cluster_name(const std::vector<std::string>& given) const {
  return given.empty() ? settings.get("cluster").value : given.front();
}

std::vector<std::string> Context::cluster_names(const std::vector<std::string>& given, bool all) {
  if (!all) {
    return given.empty() ? std::vector{cluster_name({})} : given;
  }
  std::vector<std::string> names;
  for (const auto& cluster : session().list_clusters(stop())) {
    names.push_back(cluster.name);
  }
  return names;
}

}  // namespace ingot::cli
