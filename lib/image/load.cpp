// SPDX-License-Identifier: Apache-2.0
#include "image/load.hpp"

#include "base/error.hpp"
#include "base/wait.hpp"
#include "image/byte_progress.hpp"
#include "image/observe.hpp"
#include "image/reference.hpp"
#include "image/stream.hpp"
#include "image/transfer.hpp"
#include "tar/decompressor.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ingot::image {

namespace {

class Loading {
 public:
  Loading(node::Host& host, const LoadRequest& request, Observed observed)
      : host_(host),
        request_(request),
        observed_(std::move(observed)),
        result_{.cluster = request.cluster, .images = decide(observed_, request)},
        transfer_(host, observed_, request.way) {}

  [[nodiscard]] plan::Plan make_plan() {
    plan::Plan plan;
    if (transfer_.node_count() > 0) {
      add_transfer(plan);
    }
    add_tags(plan);
    for (std::size_t i = 0; i < request_.archives.size(); ++i) {
      add_archive(plan, i);
    }
    return plan;
  }

  LoadResult& result() { return result_; }

 private:
  void add_transfer(plan::Plan& plan) {
    const auto images = transfer_.image_count();
    const auto nodes = transfer_.node_count();
    plan.add({.id = "images",
              .title = fmt::format("load {} {} into {} {}", images, images == 1 ? "image" : "images", nodes,
                                   nodes == 1 ? "node" : "nodes"),
              .cause = "the nodes do not have them",
              .run =
                  [this](plan::StepContext& context) {
                    transfer_.run(context);
                    result_.way = transfer_.way();
                  },
              .undo = [this](const std::stop_token& stop) { transfer_.clean(stop); }});
  }

  // Names of images that a node has, or has from now on: an export names only what was asked for by name.
  void add_tags(plan::Plan& plan) {
    for (std::size_t k = 0; k < observed_.nodes.size(); ++k) {
      std::vector<std::pair<std::string, std::string>> tags;
      for (const auto& image : result_.images) {
        if (image.nodes[k].action == Action::tagged) {
          tags.emplace_back(image.id, image.name);
        }
      }
      if (tags.empty()) {
        continue;
      }
      plan.add({.id = fmt::format("node/{}/tag", observed_.nodes[k].name),
                .title = fmt::format("name {} {} in node {}", tags.size(),
                                     tags.size() == 1 ? "image" : "images", observed_.nodes[k].name),
                .cause = "it has them under other names",
                .run = [this, k, tags](plan::StepContext& context) { tag(k, tags, context.stop()); }});
    }
  }

  void tag(std::size_t node, const std::vector<std::pair<std::string, std::string>>& tags,
           const std::stop_token& stop) {
    for (const auto& [id, name] : tags) {
      const auto& rows = observed_.contents[node].images;
      const auto is_it = [&id = id](const NodeContents::Row& row) {
        return row.name == id || row.digest == id;
      };
      const auto row = std::ranges::find_if(rows, is_it);
      const auto done =
          host_.run(observed_.nodes[node].id,
                    {"ctr", "-n", "k8s.io", "images", "tag", "--force", row->name, name}, {}, stop);
      if (done.exit_code != 0) {
        throw base::Error(
            {.code = base::ErrorCode::command_failed,
             .message = fmt::format("node '{}' could not name an image {}", observed_.nodes[node].name, name),
             .detail = done.output});
      }
    }
  }

  void add_archive(plan::Plan& plan, std::size_t i) {
    plan.add({.id = fmt::format("archive/{}", i + 1),
              .title = fmt::format("load {} into {} {}", request_.archives[i].name, observed_.nodes.size(),
                                   observed_.nodes.size() == 1 ? "node" : "nodes"),
              .cause = "what an archive holds is known when it has been read",
              .needs = i == 0 ? std::vector<std::string>() : std::vector{fmt::format("archive/{}", i)},
              .run = [this, i](plan::StepContext& context) { load_archive(request_.archives[i], context); }});
  }

  void load_archive(const Archive& archive, plan::StepContext& context) {
    std::vector<Target> targets;
    for (std::size_t k = 0; k < observed_.nodes.size(); ++k) {
      targets.push_back({.node = observed_.nodes[k],
                         .snapshotter = observed_.contents[k].snapshotter,
                         .has = observed_.contents[k].blobs});
    }
    const Source source = [&](const std::function<bool(std::string_view)>& sink,
                              const std::stop_token& stop) {
      ByteProgress progress(context, archive.size);
      tar::Decompressor content([&] {
        auto piece = archive.read(stop);
        progress.add(piece.size());
        return piece;
      });
      for (auto piece = content.read(); !piece.empty() && sink(piece); piece = content.read()) {
        base::check_stop(stop);  // a small file may become bytes for hours
      }
    };
    const auto found = base::with_context(
        "reading " + archive.name, [&] { return stream_into(host_, targets, source, context.stop()); });
    for (const auto& image : found) {
      LoadedImage one{.reference = image.name,
                      .name = image.name.empty() ? std::string() : full_name(image.name),
                      .id = image.id,
                      .archive = archive.name};
      for (const auto& node : observed_.nodes) {
        one.nodes.push_back({.node = node.name, .action = Action::loaded});
      }
      result_.images.push_back(std::move(one));
    }
  }

  node::Host& host_;
  const LoadRequest& request_;
  Observed observed_;
  LoadResult result_;
  Transfer transfer_;
};

[[noreturn]] void throw_timed_out(const LoadRequest& request) {
  throw base::Error(
      {.code = base::ErrorCode::timed_out,
       .message = fmt::format("timed out loading images into cluster '{}'", request.cluster),
       .remedy = "the same command again, with a longer --timeout: what has arrived is not sent again"});
}

}  // namespace

LoadResult find_work(node::Host& host, const LoadRequest& request, const std::stop_token& stop) {
  LoadResult result{.cluster = request.cluster, .images = decide(observe(host, request, stop), request)};
  for (const auto& archive : request.archives) {
    result.images.push_back({.reference = {}, .name = {}, .archive = archive.name});
  }
  return result;
}

LoadResult load(node::Host& host, const LoadRequest& request, const plan::Interrupts& interrupts,
                plan::EventSink& sink) {
  const auto begin = base::Clock::now();
  const base::TimeLimit limit(request.timeout, interrupts.stop);
  const auto timed = [&](auto work) {
    try {
      return work();
    } catch (const base::Cancelled&) {
      if (limit.has_passed()) {
        throw_timed_out(request);
      }
      throw;
    }
  };
  Loading loading(host, request, timed([&] { return observe(host, request, limit.token()); }));
  const auto plan = loading.make_plan();
  if (!plan.empty()) {
    const auto outcome = plan::execute(
        plan, {.verb = "load", .subject = "cluster/" + request.cluster, .width = 64, .keep_going = true},
        {.stop = limit.token(), .abandon = interrupts.abandon}, sink);
    if (outcome.end != plan::Outcome::End::done && limit.has_passed()) {
      throw_timed_out(request);
    }
    if (outcome.failure) {
      throw base::Error(*outcome.failure);
    }
    if (outcome.end != plan::Outcome::End::done) {
      throw base::Cancelled();
    }
  }
  auto result = std::move(loading.result());
  result.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(base::Clock::now() - begin);
  return result;
}

}  // namespace ingot::image
