// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "commands/commands.hpp"
#include "context.hpp"
#include "exit_code.hpp"
#include "settings.hpp"

#include <fmt/format.h>

#include <optional>

namespace ingot::cli {

namespace {

constexpr int kMostDays = 3650;

struct Options {
  std::vector<std::string> names;
  std::string kubeconfig;
  std::string days;
  std::string timeout;
  std::optional<bool> wait;
  bool force = false;
  bool dry_run = false;
};

void declare_cluster(Flags& flags, Options& options) {
  flags.positional({.name = "NAME",
                    .help = "of the cluster",
                    .meaning = Meaning::cluster,
                    .limit = 1,
                    .target = &options.names});
  flags
      .value("--kubeconfig", "FILE", "your kubeconfig, where it is not that of KUBECONFIG's rules",
             options.kubeconfig)
      .meaning = Meaning::file;
}

std::string place_of(const certs::Certificate& one) {
  return one.node.empty() ? one.path : fmt::format("{} of {}", one.name, one.node);
}

int show(const Options& options, Context& context) {
  const auto listing = context.session().show_certificates(
      context.cluster_name(options.names), context.kubeconfig_target(options.kubeconfig, true),
      context.stop());
  context.print(output::view_of(listing, context.wide(), context.moment()));
  bool any = false;
  for (const auto& one : listing.certificates) {
    if (one.state != certs::State::valid && context.for_people()) {
      context.warn(fmt::format("{}: {}", place_of(one), one.detail));
      any = true;
    }
  }
  if (any) {
    context.say("renew them: ingot cluster certs renew " + listing.cluster);
  }
  return exit_done;
}

std::string lines_of(const certs::RenewResult& result) {
  if (!result.changed()) {
    return fmt::format("cluster/{} certificates last as long as they can already\n", result.cluster);
  }
  std::size_t count = 0;
  for (const auto& node : result.nodes) {
    count += node.renewed.size();
  }
  std::string lines = fmt::format("cluster/{} {} certificates renewed", result.cluster, count);
  if (result.not_after) {
    lines += fmt::format(", valid until {}{}", base::day_of(*result.not_after),
                         result.is_cut ? ", when their authority ends" : "");
  }
  return lines + "\n";
}

int renew(const Options& options, Context& context) {
  certs::RenewRequest request{.cluster = context.cluster_name(options.names),
                              .force = options.force,
                              .wait = options.wait.value_or(true),
                              .kubeconfig = context.kubeconfig_target(options.kubeconfig, true)};
  if (!options.days.empty()) {
    request.lifetime = std::chrono::hours(24) * to_number(options.days, "--days", 1, kMostDays);
  }
  set_timeout(request.timeout, options.timeout);
  if (options.dry_run) {
    const auto plan = context.session().plan_renew(request, context.stop());
    context.print(plan.empty() ? "nothing to do\n" : plan);
    return exit_done;
  }
  auto operation = context.operation("renew cluster/" + request.cluster);
  const auto result =
      context.session().renew_certificates(request, context.host.interrupts, operation.events());
  context.print(output::view_of(result), lines_of(result));
  return exit_done;
}

}  // namespace

Command cluster_certs_show() {
  return {.path = "cluster certs show",
          .summary = "Show a cluster's certificates",
          .about =
              "Every certificate of every node, and the one in your kubeconfig, as the files are: also of a "
              "cluster that is stopped, or whose API takes nobody's certificate any more. Names those that "
              "have expired, will within 30 days, or are not of their authority; exits 0 all the same, so "
              "that a program reads -o json.",
          .examples = {{"ingot cluster certs show demo", "until when each is valid"},
                       {"ingot cluster certs show demo -o json", "with subjects, names and addresses"}},
          .see_also = "ingot cluster certs renew",
          .declare = [](Flags& flags) -> Action {
            auto options = std::make_shared<Options>();
            declare_cluster(flags, *options);
            return [options](Context& context) { return show(*options, context); };
          }};
}

Command cluster_certs_renew() {
  return {.path = "cluster certs renew",
          .summary = "Renew a cluster's certificates",
          .about =
              "Issues all certificates but those of the authorities anew, with new keys and everything else "
              "as it was, and restarts what uses them: one control plane after the other, each seen to be "
              "well before the next, then kubelets of workers. Pods go on. Your kubeconfig gets the new "
              "identity. What lasts as long already stays, so that a second run finishes what was "
              "interrupted. Works over the engine alone, also when everything has expired.",
          .examples = {{"ingot cluster certs renew demo", "for ten years, or as long as the authority lasts"},
                       {"ingot cluster certs renew demo --dry-run", "what would be done, and why"}},
          .see_also = "ingot cluster certs show",
          .declare = [](Flags& flags) -> Action {
            auto options = std::make_shared<Options>();
            declare_cluster(flags, *options);
            flags.value("--days", "N", "how long they are to be valid, 1 to 3650", options->days);
            flags.toggle("--force", "new keys also for those that last as long already", options->force);
            flags.choice("--wait", "until kubelets call what was restarted ready", options->wait);
            flags.toggle("--dry-run", "print the plan and change nothing", options->dry_run);
            flags.value("--timeout", "DURATION", "how long to wait at most, such as 60s; 5m unless given",
                        options->timeout);
            return [options](Context& context) { return renew(*options, context); };
          }};
}

}  // namespace ingot::cli
