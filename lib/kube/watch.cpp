// SPDX-License-Identifier: Apache-2.0
#include "kube/watch.hpp"

#include "base/lines.hpp"
#include "base/text.hpp"
#include "kube/text_in.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <exception>

namespace ingot::kube {

namespace {

using base::Error;
using base::ErrorCode;
using nlohmann::json;
using std::chrono::milliseconds;

// A silent stream may be a dead one. The server sends a bookmark about once a minute.
constexpr milliseconds kLongestSilence{90'000};
constexpr milliseconds kRetry{20};
// Of a watch without an end: a server that ends every stream at once is not asked much.
constexpr milliseconds kCalmRetry{250};
// Objects in a part of a list: what is read of a large cluster is never in memory as a whole.
constexpr int kPart = 200;

base::LineDecoder decoder() {
  constexpr std::size_t kMaxLine = 64U * 1024 * 1024;
  return {kMaxLine,
          {.code = ErrorCode::untrusted,
           .message = "the API server sent a line without an end",
           .cause = "more than " + base::to_size_text(kMaxLine)}};
}

class Follower {
 public:
  Follower(Client& client, const WatchTarget& target, base::Clock::time_point deadline,
           const EventSink& on_event, WhenAway when_away)
      : client_(client),
        target_(target),
        deadline_(deadline),
        on_event_(on_event),
        is_waited_for_(when_away == WhenAway::wait) {}

  void run(const std::stop_token& stop) {
    for (;;) {
      base::check_stop(stop);
      if (base::Clock::now() >= deadline_) {
        throw Error(ErrorCode::timed_out, "timed out watching " + target_.path, last_refusal_);
      }
      try {
        if ((version_.empty() && !list(stop)) || !follow(stop)) {
          break;
        }
      } catch (const Error& error) {
        if (!recover(error)) {
          throw;
        }
      }
      base::sleep_for(is_waited_for_ ? kRetry : kCalmRetry, stop);
    }
    if (thrown_) {
      std::rethrow_exception(thrown_);
    }
  }

 private:
  // Whether to go on after an error of the server or the connection.
  bool recover(const Error& error) {
    if (error.code() == ErrorCode::timed_out) {
      return true;
    }
    const std::string& cause = error.failure().cause;
    last_refusal_ = cause;
    if (error.code() == ErrorCode::cluster_refused && cause.starts_with("HTTP 410")) {
      version_.clear();
      return true;
    }
    return is_waited_for_ && is_starting_up(error);
  }

  // What the caller throws must not be taken for an error of the server.
  bool tell(EventKind kind, const json& object) {
    try {
      return on_event_(kind, object);
    } catch (...) {
      thrown_ = std::current_exception();
      return false;
    }
  }

  static std::string version_of(const json& object) {
    return object.is_object() ? text_in(object.value("metadata", json()), "resourceVersion") : "";
  }

  bool list(const std::stop_token& stop) {
    if (has_listed_ && !tell(EventKind::restarted, nullptr)) {
      return false;
    }
    const std::string query =
        fmt::format("limit={}{}{}", kPart, target_.query.empty() ? "" : "&", target_.query);
    std::string rest;
    do {
      const json part = client_.list(target_.path, stop,
                                     query + (rest.empty() ? "" : "&continue=" + base::percent_encode(rest)));
      has_listed_ = true;
      if (!tell_part(part)) {
        return false;
      }
      rest = text_in(part.value("metadata", json()), "continue");
      version_ = rest.empty() ? version_of(part) : "";
    } while (!rest.empty());
    if (version_.empty()) {
      throw Error(ErrorCode::untrusted, "cannot watch " + target_.path, "the list has no resourceVersion");
    }
    return tell(EventKind::synced, nullptr);
  }

  bool tell_part(const json& part) {
    for (const json& item : part.at("items")) {
      if (!item.is_object()) {
        throw Error(ErrorCode::untrusted, "cannot watch " + target_.path,
                    "the list holds something else than objects");
      }
      if (!tell(EventKind::added, item)) {
        return false;
      }
    }
    return true;
  }

  // False once the caller has seen enough.
  bool follow(const std::stop_token& stop) {
    const auto left =
        std::chrono::duration_cast<milliseconds>(deadline_ - base::Clock::now()) + milliseconds(1);
    const std::string target =
        fmt::format("{}?watch=true&allowWatchBookmarks=true&resourceVersion={}{}{}", target_.path, version_,
                    target_.query.empty() ? "" : "&", target_.query);
    auto lines = decoder();
    bool enough = false;
    client_.stream(
        target, std::max(milliseconds(1), std::min(left, kLongestSilence)),
        [&](std::string_view piece) {
          const auto on_line = [&](std::string_view line) { return take(line, enough); };
          return lines.feed(piece, on_line) && base::Clock::now() < deadline_;
        },
        stop);
    return !enough;
  }

  // One event. False ends the stream: for good with `enough`, else to begin anew.
  bool take(std::string_view line, bool& enough) {
    const json event = json::parse(line, nullptr, false);
    const bool good = event.is_object() && event.value("type", json()).is_string() &&
                      event.value("object", json()).is_object();
    if (!good) {
      throw Error(ErrorCode::untrusted, "cannot watch " + target_.path, "the API server sent no watch event");
    }
    const std::string type = event.at("type").get<std::string>();
    const json& object = event.at("object");
    if (type == "ERROR") {  // the version has expired (410), or the server cannot go on from it
      last_refusal_ =
          object.value("message", json()).is_string() ? object.at("message").get<std::string>() : type;
      version_.clear();
      return false;
    }
    if (const std::string version = version_of(object); !version.empty()) {
      version_ = version;
    }
    enough = type != "BOOKMARK" && !tell(kind_of(type), object);
    return !enough;
  }

  static EventKind kind_of(const std::string& type) {
    if (type == "DELETED") {
      return EventKind::deleted;
    }
    return type == "ADDED" ? EventKind::added : EventKind::modified;
  }

  Client& client_;
  const WatchTarget& target_;
  base::Clock::time_point deadline_;
  const EventSink& on_event_;
  const bool is_waited_for_;
  std::string version_;
  std::string last_refusal_;
  bool has_listed_ = false;
  std::exception_ptr thrown_;
};

}  // namespace

void watch(Client& client, const WatchTarget& target, base::Clock::time_point deadline,
           const EventSink& on_event, const std::stop_token& stop, WhenAway when_away) {
  Follower(client, target, deadline, on_event, when_away).run(stop);
}

}  // namespace ingot::kube
