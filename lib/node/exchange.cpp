// SPDX-License-Identifier: Apache-2.0
#include "node/exchange.hpp"

#include "base/text.hpp"
#include "node/processes.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <iterator>

namespace ingot::node {

namespace {

constexpr std::string_view kStaged = ".ingot-new";

// Beside the file, so that it only changes its name, and with a dot before it, by which kubelet knows that it
// is no static pod.
std::string staged(const std::string& path) {
  const auto slash = path.rfind('/');
  return path.substr(0, slash + 1) + "." + path.substr(slash + 1) + std::string(kStaged);
}

constexpr std::string_view kTakePlaces = R"sh(marker=$1 staged=$2
shift 2
exec 9>/run/ingot-renewal.lock && flock 9 || exit 1
while read -r path; do
  new=${path%/*}/.${path##*/}$staged
  [[ -e $new ]] || continue
  [[ ! -e $path ]] || { chmod --reference="$path" "$new" && chown --reference="$path" "$new"; } || exit 1
  mv -f "$new" "$path" || exit 1
done <"$marker"
find /etc/kubernetes /var/lib/kubelet/pki -name ".*$staged" -delete
)sh";

}  // namespace

CommandResult exchange(Host& host, const std::string& node, Exchange exchange, const std::stop_token& stop) {
  std::string paths;
  for (auto& file : exchange.files) {
    paths += file.path + "\n";
    file.path = staged(file.path);
  }
  exchange.files.push_back({std::string(kExchangeMarker), paths, 0600});
  host.put_files(node, tar::pack(exchange.files), stop);
  std::vector<std::string> command = {"bash",
                                      "-c",
                                      std::string(kProcessFunctions) + std::string(kTakePlaces) +
                                          exchange.then +
                                          "\nresult=$?\n((result)) || rm -f \"$marker\"\nexit $result\n",
                                      "ingot-exchange",
                                      std::string(kExchangeMarker),
                                      std::string(kStaged)};
  std::ranges::move(exchange.arguments, std::back_inserter(command));
  return host.run(node, command, "", stop);
}

std::chrono::system_clock::time_point moment_in(std::string_view output) {
  const auto line = base::trim(output);
  std::int64_t seconds = 0;
  std::from_chars(line.data(), line.data() + line.size(), seconds);
  return std::chrono::system_clock::time_point(std::chrono::seconds(seconds));
}

std::vector<std::string> settle_command() {
  return {"bash", "-c", "flock /run/ingot-renewal.lock true"};
}

}  // namespace ingot::node
