// SPDX-License-Identifier: Apache-2.0
#include "serve/console.hpp"

#include "embedded/console.hpp"

#include <algorithm>
#include <array>

namespace ingot::serve {

namespace {

namespace files = embedded::console;

struct File {
  std::string_view name;
  std::string_view text;
};

// Whatever is embedded, once more: a build system can make no table.
const auto& all_files() {
  static const std::array all{
      File{"app.js", files::app_js},
      File{"boot.js", files::boot_js},
      File{"changes_page.js", files::changes_page_js},
      File{"cluster_page.js", files::cluster_page_js},
      File{"columns.js", files::columns_js},
      File{"completion.js", files::completion_js},
      File{"console.css", files::console_css},
      File{"devices_page.js", files::devices_page_js},
      File{"dock.css", files::dock_css},
      File{"dock.js", files::dock_js},
      File{"dom.js", files::dom_js},
      File{"drawing.js", files::drawing_js},
      File{"entries.js", files::entries_js},
      File{"facts.js", files::facts_js},
      File{"filter.js", files::filter_js},
      File{"history.js", files::history_js},
      File{"icon.svg", files::icon_svg},
      File{"jobs.js", files::jobs_js},
      File{"keys.js", files::keys_js},
      File{"kind_page.js", files::kind_page_js},
      File{"link.js", files::link_js},
      File{"navigation.js", files::navigation_js},
      File{"object_page.js", files::object_page_js},
      File{"overview_page.js", files::overview_page_js},
      File{"presence.js", files::presence_js},
      File{"prompt.js", files::prompt_js},
      File{"routes.js", files::routes_js},
      File{"table.js", files::table_js},
      File{"terminal.js", files::terminal_js},
      File{"terminal_characters.js", files::terminal_characters_js},
      File{"terminal_commands.js", files::terminal_commands_js},
      File{"terminal_grid.js", files::terminal_grid_js},
      File{"terminal_keys.js", files::terminal_keys_js},
      File{"terminal_parser.js", files::terminal_parser_js},
      File{"terminal_row.js", files::terminal_row_js},
      File{"terminal_screen.js", files::terminal_screen_js},
      File{"terminal_style.js", files::terminal_style_js},
      File{"terminal_view.js", files::terminal_view_js},
      File{"token.js", files::token_js},
      File{"token_page.js", files::token_page_js},
      File{"topology.js", files::topology_js},
      File{"typing.js", files::typing_js},
      File{"usage.js", files::usage_js},
      File{"usage_card.js", files::usage_card_js},
      File{"usage_feed.js", files::usage_feed_js},
      File{"world.js", files::world_js},
  };
  return all;
}

// Nothing from anywhere else, nothing inline, no frames around it, and no text that becomes markup.
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'";

std::string_view type_of(std::string_view name) {
  return name.ends_with(".js")    ? "text/javascript; charset=utf-8"
         : name.ends_with(".css") ? "text/css; charset=utf-8"
         : name.ends_with(".svg") ? "image/svg+xml"
                                  : "text/html; charset=utf-8";
}

Answer page(std::string_view name, std::string_view text) {
  return {.body = std::string(text),
          .content_type = std::string(type_of(name)),
          .headers = {{"Content-Security-Policy", std::string(kPolicy)},
                      {"Referrer-Policy", "no-referrer"},
                      {"Cross-Origin-Opener-Policy", "same-origin"},
                      {"Cross-Origin-Resource-Policy", "same-origin"}}};
}

}  // namespace

std::optional<Answer> console_page(std::string_view path) {
  constexpr std::string_view kFolder = "/console/";
  if (path == "/") {
    return page("index.html", files::index_html);
  }
  if (!path.starts_with(kFolder)) {
    return std::nullopt;
  }
  const auto found = std::ranges::find(all_files(), path.substr(kFolder.size()), &File::name);
  return found == all_files().end() ? std::nullopt : std::optional(page(found->name, found->text));
}

}  // namespace ingot::serve
