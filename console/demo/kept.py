"""Plant pictures that are to be kept, in every form in which pages show pictures."""

from typing import Final

from console.demo import altered
from console.demo.answers import file, on_pictures, redirect, scene
from console.demo.case import Case, Markup
from console.demo.pages import AUTUMN, COAST, COUNTRY, FRONT, GARDEN, KITCHEN, TOWN, WEATHER

_COFFEE = "Ten past ten by the old clock of the harbour café, and still no coffee"

KEPT: Final = (
    Case(
        page=FRONT,
        image=on_pictures("/front/lighthouse.jpg"),
        alt="A red and white lighthouse sends its beam over the evening sea",
        answer=scene("lighthouse"),
        sentence="An ordinary picture with an ordinary text.",
    ),
    Case(
        page=COAST,
        image=on_pictures("/coast/regatta.jpg"),
        alt="A sailing boat with a red hull sets out under a fair wind",
        answer=scene("sailing-out"),
        markup=Markup.RELATIVE,
        sentence="A relative address that the base href leads to another host.",
    ),
    Case(
        page=COAST,
        image=on_pictures("/coast/quay.webp"),
        alt="Coloured houses stand along the quay, three boats lie at anchor",
        answer=file(altered.webp, "harbour", content_type="image/webp"),
        markup=Markup.RELATIVE,
        sentence="A WebP.",
    ),
    Case(
        page=TOWN,
        image=on_pictures("/town/market-large.jpg"),
        alt="Shoppers stop at the striped stalls of the Saturday market",
        answer=scene("market"),
        markup=Markup.SRCSET,
        sentence="The largest of a srcset is fetched, and no other.",
    ),
    Case(
        page=TOWN,
        image=on_pictures("/town/bridge.jpg"),
        alt="An old stone bridge crosses the river in three arches",
        answer=redirect(on_pictures("/moved/bridge-2024.jpg")),
        sentence="A redirect within the same host is followed.",
    ),
    Case(
        page=TOWN,
        image=on_pictures("/town/train.png"),
        alt="A steam train leaves the valley with two red carriages",
        answer=file(altered.png, "steam-train", content_type="image/png"),
        sentence="A PNG.",
    ),
    Case(
        page=COUNTRY,
        image=on_pictures("/country/poppies.jpg"),
        alt="Poppies in full bloom below a farm house on the hill",
        answer=scene("poppy-field"),
        markup=Markup.PICTURE,
        sentence="A picture element with a second source.",
    ),
    Case(
        page=COUNTRY,
        image=on_pictures("/country/dusk.jpg"),
        alt="The sun goes down behind three rows of dark hills",
        answer=file(altered.with_position, "hills-at-dusk"),
        sentence="Its file says where it was taken and with which camera: it is kept without that.",
    ),
    Case(
        page=KITCHEN,
        image=on_pictures("/kitchen/clock.jpg"),
        alt="A round clock with black hands on a kitchen wall",
        caption=_COFFEE,
        answer=scene("clock-face", 90),
        markup=Markup.FIGURE,
        sentence="The alt text of a figure.",
    ),
    Case(
        page=KITCHEN,
        image=on_pictures("/kitchen/clock.jpg"),
        alt=_COFFEE,
        answer=scene("clock-face", 90),
        markup=Markup.ABOVE,
        sentence="The caption of the same figure: a second text for one picture, which is fetched once.",
    ),
    Case(
        page=KITCHEN,
        image=on_pictures("/kitchen/sunflowers.jpg"),
        alt=None,
        caption="Seven sunflowers in a blue vase on the kitchen table",
        answer=scene("sunflowers"),
        markup=Markup.FIGURE,
        sentence="A figure without an alt text: its caption speaks.",
    ),
    Case(
        page=KITCHEN,
        image=on_pictures("/kitchen/cat.jpg"),
        alt="A black cat sits on the window sill and looks into the garden",
        answer=scene("cat-on-a-sill"),
        markup=Markup.LAZY,
        sentence="Loaded lazily: the address stands in data-src.",
    ),
    Case(
        page=WEATHER,
        image=on_pictures("/weather/rain.jpg"),
        alt="Someone in a yellow coat waits in the rain under a red umbrella",
        answer=scene("umbrella-in-rain"),
        markup=Markup.NOSCRIPT,
        sentence="The picture stands in a noscript element only.",
    ),
    Case(
        page=WEATHER,
        image=on_pictures("/weather/aurora.jpg"),
        alt="Green and violet northern lights above a snowy forest",
        answer=scene("northern-lights"),
        sentence="An ordinary picture with an ordinary text.",
    ),
    Case(
        page=AUTUMN,
        image=on_pictures("/almanach/allee.jpg"),
        alt="Ein Weg führt im Oktober zwischen orangeroten Bäumen hindurch",
        answer=scene("autumn-path"),
        sentence="A text in German.",
    ),
    Case(
        page=AUTUMN,
        image=on_pictures("/almanach/schnee.jpg"),
        alt="Ein kleines Haus mit hellen Fenstern steht im verschneiten Wald",
        answer=scene("house-in-snow"),
        sentence="A text in German.",
    ),
    Case(
        page=GARDEN,
        image=on_pictures("/almanach/lac.jpg"),
        alt="Un lac tranquille au pied de trois montagnes enneigées",
        answer=scene("mountain-lake"),
        sentence="A text in French.",
    ),
    Case(
        page=GARDEN,
        image=on_pictures("/almanach/vignes.jpg"),
        alt="Les rangs de vigne descendent vers la maison du vigneron",
        answer=scene("vineyard"),
        sentence="A text in French.",
    ),
    Case(
        page=COUNTRY,
        image=on_pictures("/country/beach.jpg"),
        alt="Four striped umbrellas stand in the sand on a calm morning",
        answer=scene("beach"),
        sentence="An ordinary picture with an ordinary text.",
    ),
)
