// SPDX-License-Identifier: Apache-2.0
#include "live/messages.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "live/wire.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ingot::live {

namespace {

using nlohmann::json;

json removed_json(const Subject& subject) {
  json value = {{"kind", to_text(subject.kind)}, {"id", subject.id}};
  if (!subject.cluster.empty()) {
    value["cluster"] = subject.cluster;
  }
  return value;
}

Subject to_subject(const json& value) {
  return {.kind = *to_kind(value.at("kind").get_ref<const std::string&>()),
          .id = value.at("id"),
          .cluster = value.value("cluster", ""),
          .labels = value.value("labels", std::map<std::string, std::string>())};
}

Object to_object(const json& value) {
  return {.subject = to_subject(value), .data = value.at("data").dump()};
}

}  // namespace

std::string object_text(const Object& object) {
  json value = removed_json(object.subject);
  value["labels"] = object.subject.labels;
  value["data"] = json::parse(object.data);
  return to_line(value);
}

std::map<std::string, std::string> facts_of(const Object& object) {
  std::map<std::string, std::string> facts;
  const auto word = [](const json& value) {
    return value.is_string() ? value.get<std::string>() : to_line(value);
  };
  const json data = json::parse(object.data);
  for (const auto& [name, value] : data.items()) {
    if (value.is_array()) {
      facts[name] = base::join(value.get<std::vector<std::string>>(), ", ");
    } else if (value.is_object()) {
      auto& fact = facts[name];
      for (const auto& [key, text] : value.items()) {
        fact += (fact.empty() ? "" : ", ") + key + "=" + word(text);
      }
    } else {
      facts[name] = word(value);
    }
  }
  return facts;
}

std::string welcome_message(const Position& now, bool is_resumed, bool takes_commands,
                            const ServerInfo& server, std::string_view viewer) {
  json message = to_json(now);
  message.update({{"type", "welcome"},
                  {"resumed", is_resumed},
                  {"commands", takes_commands},
                  {"server", {{"version", server.version}, {"engine", server.engine}}}});
  if (!viewer.empty()) {
    message["viewer"] = viewer;
  }
  return to_line(message);
}

std::string snapshot_message(Version version, const std::vector<ChangePtr>& objects, bool is_complete) {
  std::string message =
      fmt::format(R"({{"type":"snapshot","version":{},"complete":{},"objects":[)", version, is_complete);
  for (const auto& object : objects) {
    message += object == objects.front() ? "" : ",";
    message += object->object();
  }
  return message + "]}";
}

Change set_change(Version version, const Subject& subject, const std::string& object, Moment at) {
  Change change{.version = version, .subject = subject, .at = at, .message = {}};
  change.message = fmt::format(R"({{"type":"change","version":{},"set":)", version);
  change.object_begin = change.message.size();
  change.object_size = object.size();
  change.message += object + "}";
  return change;
}

Change removal_change(Version version, const Subject& subject, Moment at) {
  return {.version = version,
          .subject = subject,
          .is_removal = true,
          .at = at,
          .message = fmt::format(R"({{"type":"change","version":{},"removed":{}}})", version,
                                 to_line(removed_json(subject)))};
}

std::string bye_message(std::string_view reason) {
  return to_line({{"type", "bye"}, {"reason", reason}});
}

std::string error_message(std::string_view message, std::string_view remedy) {
  return to_line({{"type", "error"}, {"message", message}, {"remedy", remedy}});
}

std::string started_message(std::string_view id, std::string_view command) {
  return to_line({{"type", "started"}, {"id", id}, {"command", command}});
}

std::string refused_message(std::string_view member, std::string_view id, std::string_view message,
                            std::string_view remedy) {
  return to_line({{"type", "refused"}, {member, id}, {"message", message}, {"remedy", remedy}});
}

std::string joined_message(std::string_view command) {
  return to_line({{"type", "joined"}, {"command", command}});
}

std::string output_message(std::string_view command, bool is_error, std::string_view bytes) {
  return to_line({{"type", "output"},
                  {"command", command},
                  {"stream", is_error ? "stderr" : "stdout"},
                  {"bytes", base::to_base64(bytes)}});
}

std::string resized_message(std::string_view command, const TerminalSize& size) {
  return to_line({{"type", "resized"}, {"command", command}, {"terminal", to_json(size)}});
}

std::string progress_message(std::string_view command, std::string_view line) {
  const json event = json::parse(line, nullptr, false);
  return event.is_object() ? to_line({{"type", "progress"}, {"command", command}, {"event", event}})
                           : std::string();
}

std::string gap_message(std::string_view command) {
  return to_line({{"type", "gap"}, {"command", command}});
}

std::string taken_message(std::string_view command) {
  return to_line({{"type", "taken"}, {"command", command}});
}

std::string ended_message(std::string_view command, int code) {
  return to_line({{"type", "ended"}, {"command", command}, {"code", code}});
}

Received read_server_message(std::string_view text) {
  const json message = parse(text, Sender::server);
  Received received{.type = message.at("type"), .version = message.value("version", Version{0})};
  if (received.type == "welcome") {
    const json& server = message.at("server");
    received.welcome = Position{.run = message.at("run"), .version = received.version};
    received.server = {.version = server.at("version"), .engine = server.at("engine")};
    received.is_resumed = message.at("resumed");
    received.takes_commands = message.at("commands");
  }
  received.is_complete = message.value("complete", false);
  for (const auto& object : message.value("objects", json::array())) {
    received.objects.push_back(to_object(object));
  }
  if (message.contains("set")) {
    received.objects.push_back(to_object(message.at("set")));
  }
  if (message.contains("removed")) {
    received.removed = to_subject(message.at("removed"));
  }
  received.reason = message.value("reason", message.value("message", ""));
  received.remedy = message.value("remedy", "");
  received.command = message.value("command", "");
  if (received.type == "output") {
    received.is_error = message.at("stream") == "stderr";
    received.bytes = base::from_base64(message.at("bytes").get_ref<const std::string&>()).value_or("");
  }
  received.code = message.value("code", 0);
  return received;
}

void Bookmark::take(const Received& message) {
  if (message.welcome) {
    run_ = message.welcome->run;
    position_ = message.is_resumed ? message.welcome : std::nullopt;
  } else if (message.type == "change" || message.is_complete) {
    position_ = Position{.run = run_, .version = message.version};
  }
}

}  // namespace ingot::live
