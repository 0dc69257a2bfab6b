//! The options of how the screen looks.

use anyhow::Result;
use clap::Args;

use super::config::{Colors, Config, Pictures};
use crate::files;
use crate::look::theme::Theme;
use crate::ui::scene::cells::Blocks;
use crate::ui::terminal::{Characters, Depth, Graphics, Wanted};
use crate::ui::{Opening, Options};

/// Colours, pictures, motion. What is not said is found out from the terminal.
#[derive(Args, Clone, Debug, Default)]
pub struct ScreenArgs {
    /// Colours by name, or a theme's file; `help` lists those there are, with
    /// your own in the configuration's folder `themes`
    #[arg(long, value_name = "NAME")]
    pub theme: Option<String>,
    /// How many colours the terminal has
    #[arg(long, value_name = "HOW")]
    pub colors: Option<Colors>,
    /// How pictures are shown
    #[arg(long, visible_alias = "graphics", value_name = "HOW")]
    pub pictures: Option<Pictures>,
    /// No motion but that of the tape
    #[arg(long)]
    pub reduced_motion: bool,
    /// Leave the window's title as it is
    #[arg(long)]
    pub keep_title: bool,
}

impl ScreenArgs {
    /// What the screen is to be opened with, these options before what the
    /// configuration says.
    ///
    /// # Errors
    /// When there is no such theme, or it is not right.
    pub fn options(&self, config: &Config) -> Result<Options> {
        let own = files::config().map(|folder| folder.join("themes"));
        let theme = match self.theme.as_ref().or(config.theme.as_ref()) {
            Some(name) => Theme::named(name, own.as_deref())?,
            None => Theme::default(),
        };
        let colors = self.colors.or(config.colors);
        let pictures = self.pictures.or(config.pictures);
        let terminal = Wanted {
            depth: colors.map(|colors| match colors {
                Colors::True => Depth::True,
                Colors::Indexed => Depth::Indexed,
                Colors::Sixteen => Depth::Sixteen,
                Colors::None => Depth::Mono,
            }),
            characters: pictures.map(|pictures| match pictures {
                Pictures::Ascii => Characters::Ascii,
                _ => Characters::All,
            }),
            graphics: pictures.map(|pictures| match pictures {
                Pictures::Kitty => Graphics::Kitty,
                Pictures::Iterm => Graphics::Iterm,
                Pictures::Sixel => Graphics::Sixel,
                _ => Graphics::Blocks,
            }),
        };
        let blocks = pictures.and_then(|pictures| match pictures {
            Pictures::Halves => Some(Blocks::Halves),
            Pictures::Quadrants => Some(Blocks::All),
            Pictures::Sextants => Some(Blocks::Sextants),
            _ => None,
        });
        Ok(Options {
            theme,
            themes: own,
            blocks,
            terminal,
            reduced_motion: self.reduced_motion || config.reduced_motion,
            keep_title: self.keep_title || config.keep_title,
            album: files::of_desktop("XDG_PICTURES_DIR", "Pictures").map(|p| p.join("afterdark")),
            shelf: None,
            opening: Opening::default(),
        })
    }
}
