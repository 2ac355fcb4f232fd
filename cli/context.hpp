// SPDX-License-Identifier: Apache-2.0
// What a running command works with: the outside, the settings, the door to the library, and the only ways to
// print. Main thread only.
#pragma once

#include "command.hpp"
#include "event_log.hpp"
#include "host.hpp"
#include "http_trace.hpp"
#include "output/progress.hpp"
#include "output/style.hpp"
#include "output/view.hpp"
#include "session/session.hpp"
#include "settings.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace ingot::cli {

struct Globals {
  std::string output;
  std::string progress;
  bool quiet = false;
  int verbose = 0;             // 1: -v, requests; 2: -vv, their bodies, too
  bool shows_requests = true;  // false: -v tells steps alone, as in kind's place
  bool no_color = false;
  bool no_headers = false;
  bool no_input = false;
  std::string server;              // empty: as the settings have it
  std::string server_certificate;  // the same

  void declare(Flags& flags);
};

// An operation that is shown while it runs. Ctrl-C is answered from here, at once.
class Operation final : public plan::EventSink {
 public:
  // `log` is told what is shown, and `trace` shows its lines here; both may be null.
  Operation(const OutStream& stream, const output::ProgressOptions& options, EventLog* log, HttpTrace* trace,
            const std::stop_token& stop);
  ~Operation() override;
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;

  [[nodiscard]] plan::EventSink& events() { return *this; }
  void on(const plan::Event& event) noexcept override;

 private:
  std::unique_ptr<output::Progress> progress_;
  EventLog* log_;
  HttpTrace* trace_;
  std::stop_callback<std::function<void()>> on_stop_;
};

struct Context {
  Host& host;
  const Globals& globals;
  EventLog& event_log;
  Settings settings;
  output::Style out_style;
  output::Style err_style;

  Context(Host& outside, const Globals& flags, EventLog& log);

  // Made when first asked for; the engine is not contacted yet.
  [[nodiscard]] session::Session& session();
  [[nodiscard]] const std::stop_token& stop() const { return host.interrupts.stop; }

  // --- results, on standard output
  void print(std::string_view text);
  // In the form that -o asks for. `lines`: what "table" shows instead of the view's tables.
  void print(const output::View& view, std::optional<std::string> lines = std::nullopt);
  [[nodiscard]] bool wide() const { return format() == "wide"; }
  [[nodiscard]] bool for_people() const { return format() == "table" || wide(); }
  [[nodiscard]] output::Moment moment() const;
  [[nodiscard]] std::string format() const { return settings.get("output", globals.output).value; }

  // --- everything else, on standard error
  void say(std::string_view line);  // not with --quiet
  void warn(std::string_view line);
  // "create cluster/demo": what changes something is kept in the event log, under its last word.
  [[nodiscard]] Operation operation(const std::string& opening);
  [[nodiscard]] Operation harmless_operation(const std::string& opening);
  // Of the event log; empty: there is none.
  [[nodiscard]] std::string event_log_path() const;

  [[nodiscard]] cluster::KubeconfigTarget kubeconfig_target(const std::string& path, bool write) const;
  // Of all instances; see instance/access.hpp. Error{environment} when there is no home.
  [[nodiscard]] std::string instance_folder() const;
  // `given` by the command line, else as the settings have it.
  [[nodiscard]] std::string cluster_name(const std::vector<std::string>& given) const;
  // Of verbs that take several: those given, else the one of the settings; `all`: every cluster there is.
  [[nodiscard]] std::vector<std::string> cluster_names(const std::vector<std::string>& given, bool all);

 private:
  [[nodiscard]] output::ProgressOptions progress_options(const std::string& opening) const;

  std::optional<HttpTrace> trace_;
  std::unique_ptr<session::Session> session_;  // after what is told of its requests
};

}  // namespace ingot::cli
