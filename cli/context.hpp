// SPDX-License-Identifier: Apache-2.0
// What a running command works with: the outside, the settings, the door to the library, and the only ways to
// print. Main thread only.
#pragma once

#include "command.hpp"
#include "host.hpp"
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
  bool verbose = false;
  bool no_color = false;
  bool no_headers = false;
  bool no_input = false;

  void declare(Flags& flags);
};

// An operation that is shown while it runs. Ctrl-C is answered from here, at once.
class Operation {
 public:
  Operation(const OutStream& stream, const output::ProgressOptions& options, const std::stop_token& stop);
  [[nodiscard]] plan::EventSink& events() { return *progress_; }

 private:
  std::unique_ptr<output::Progress> progress_;
  std::stop_callback<std::function<void()>> on_stop_;
};

struct Context {
  Host& host;
  const Globals& globals;
  Settings settings;
  output::Style out_style;
  output::Style err_style;

  Context(Host& outside, const Globals& flags);

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
  [[nodiscard]] Operation operation(const std::string& opening);

  [[nodiscard]] cluster::KubeconfigTarget kubeconfig_target(const std::string& path, bool write) const;
  // `given` by the command line, else as the settings have it.
  [[nodiscard]] std::string cluster_name(const std::vector<std::string>& given) const;

 private:
  std::unique_ptr<session::Session> session_;
};

}  // namespace ingot::cli
