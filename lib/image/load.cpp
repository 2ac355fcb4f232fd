// SPDX-License-Identifier: Apache-2.0
#include "image/load.hpp"

#include "base/error.hpp"
#include "base/wait.hpp"
#include "image/digest.hpp"
#include "image/observe.hpp"
#include "image/reference.hpp"
#include "image/stream.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>

namespace ingot::image {

namespace {

constexpr std::int64_t kStride = std::int64_t{4} << 20;  // bytes between two words of progress

class Loading {
 public:
  Loading(node::Host& host, const LoadRequest& request, Observed observed)
      : host_(host), request_(request), observed_(std::move(observed)) {
    result_ = {.cluster = request.cluster, .images = decide(observed_, request)};
    find_needy_nodes();
  }

  [[nodiscard]] plan::Plan make_plan() {
    plan::Plan plan;
    if (!needy_.empty()) {
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
  void find_needy_nodes() {
    for (std::size_t k = 0; k < observed_.nodes.size(); ++k) {
      NeedyNode node{.node = observed_.nodes[k], .contents = observed_.contents[k]};
      for (std::size_t i = 0; i < observed_.images.size(); ++i) {
        if (!node.contents.has(observed_.images[i].info.id)) {
          node.images.push_back(i);
        }
      }
      if (!node.images.empty()) {
        needy_.push_back(std::move(node));
      }
    }
  }

  void add_transfer(plan::Plan& plan) {
    const auto count =
        std::ranges::count_if(observed_.images, [&](const WantedImage& image) { return is_needed(image); });
    plan.add({.id = "images",
              .title = fmt::format("load {} {} into {} {}", count, count == 1 ? "image" : "images",
                                   needy_.size(), needy_.size() == 1 ? "node" : "nodes"),
              .cause = "the nodes do not have them",
              .run = [this](plan::StepContext& context) { transfer(context); },
              .undo =
                  [this](const std::stop_token& stop) {
                    if (copy_) {
                      copy_->clean(stop);
                    }
                  }});
  }

  [[nodiscard]] bool is_needed(const WantedImage& image) const {
    return std::ranges::any_of(needy_,
                               [&](const NeedyNode& node) { return !node.contents.has(image.info.id); });
  }

  void transfer(plan::StepContext& context) {
    if (request_.way != Way::stream && try_copy(context)) {
      result_.way = Way::layers;
      return;
    }
    result_.way = Way::stream;
    stream_export(context);
  }

  // The short way. Whatever keeps it from working, the long one does not depend on.
  bool try_copy(plan::StepContext& context) {
    const auto engine = host_.info(context.stop());
    const auto obstacle = why_no_layer_copy(engine, observed_.images, needy_);
    if (!obstacle.empty()) {
      if (request_.way == Way::layers) {
        throw base::Error(base::ErrorCode::unsupported, "layers cannot be copied from the engine's storage",
                          obstacle);
      }
      return false;
    }
    copy_ = std::make_unique<LayerCopy>(host_, observed_.images, needy_);
    try {
      copy_->run(engine, context.stop());
      return true;
    } catch (const base::Error& error) {
      if (request_.way == Way::layers) {
        throw;
      }
      context.warn(fmt::format("layers could not be copied, streaming the engine's export instead: {}",
                               error.failure().message));
      copy_->clean(context.stop());
      return false;
    }
  }

  void stream_export(plan::StepContext& context) {
    std::vector<std::string> names;  // full ones: an export by id would have none
    std::int64_t total = 0;
    for (const auto& image : observed_.images) {
      if (is_needed(image)) {
        std::ranges::copy(image.names, std::back_inserter(names));
        total += image.info.size;
      }
    }
    std::vector<Target> targets;
    for (const auto& node : needy_) {
      targets.push_back(
          {.node = node.node, .snapshotter = node.contents.snapshotter, .has = what_it_has(node)});
    }
    const Source source = [&](const std::function<bool(std::string_view)>& sink,
                              const std::stop_token& stop) {
      host_.engine().export_images(names, counted(sink, context, total), stop);
    };
    static_cast<void>(stream_into(host_, targets, source, context.stop()));
  }

  // Blobs, and layers that are unpacked wherever these images have them.
  [[nodiscard]] std::set<std::string> what_it_has(const NeedyNode& node) const {
    auto has = node.contents.blobs;
    std::set<std::string> needed;
    for (const auto i : node.images) {
      const auto& layers = observed_.images[i].info.layers;
      const auto chain = chain_ids(layers);
      for (std::size_t at = 0; at < layers.size(); ++at) {
        (node.contents.snapshots.contains(chain[at]) ? has : needed).insert(layers[at]);
      }
    }
    for (const auto& layer : needed) {
      if (!node.contents.blobs.contains(layer)) {
        has.erase(layer);
      }
    }
    return has;
  }

  static std::function<bool(std::string_view)> counted(const std::function<bool(std::string_view)>& sink,
                                                       plan::StepContext& context, std::int64_t total) {
    return [&sink, &context, total, done = std::int64_t{0},
            told = std::int64_t{0}](std::string_view bytes) mutable {
      done += static_cast<std::int64_t>(bytes.size());
      if (done - told >= kStride) {
        told = done;
        context.progress("bytes", done, std::max(done, total));
      }
      return sink(bytes);
    };
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
      const auto give = counted(sink, context, archive.size);
      for (std::string piece = archive.read(stop); !piece.empty() && give(piece);
           piece = archive.read(stop)) {
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
  std::vector<NeedyNode> needy_;
  std::unique_ptr<LayerCopy> copy_;
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
