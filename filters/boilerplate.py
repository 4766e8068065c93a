"""List phrases that stand with any picture whatever it shows, by language."""

from typing import Final

_PHRASES: Final = {
    "en": (
        "image | images | photo | photos | photograph | picture | pic | graphic | illustration | thumbnail | "
        "image description | alt text | alt tag | image alt | no alt text | no description | untitled | logo "
        "| site logo | company logo | icon | avatar | profile picture | profile photo | user avatar | banner "
        "| header | header image | hero image | featured image | cover image | background | background image "
        "| main image | product image | article image | post image | gallery image | placeholder | "
        "placeholder image | image placeholder | no image | no image available | no photo | image not "
        "available | image not found | image unavailable | image coming soon | loading | loading image | "
        "spacer | blank | blank image | pixel | tracking pixel | advertisement | sponsored | photo credit | "
        "click to enlarge | click to view | click to zoom | click here | click image to enlarge | enlarge "
        "image | enlarge | zoom | view image | view larger image | view full size | open image | read more | "
        "see more | image may contain | uploaded image | screenshot | default image | next | previous | share "
        "| download | tip | note | warning | caution | important | hint | decorative image | decorative | "
        "decoration | hero | hero banner | slider | slide | slideshow | carousel | gallery | photo gallery | "
        "image gallery | image slider | divider | separator | bullet | arrow icon | arrow right | arrow left | "
        "right arrow | left arrow | down arrow | up arrow | check icon | search icon | menu icon | close icon | "
        "play icon | play button | play video | watch video | video thumbnail | video placeholder | home | "
        "home page | homepage | back to top | back to home | scroll down | skip to content | menu | search | close "
        "| star rating | rating | author image | author photo | user image | user photo | user icon | profile image "
        "| profile | headshot | brand logo | partner logo | client logo | header logo | footer logo | website logo "
        "| white logo | sponsor logo | our logo | social media | social media icon | facebook | facebook icon "
        "| facebook logo | twitter | twitter icon | twitter logo | instagram | instagram icon | instagram logo "
        "| linkedin | linkedin icon | linkedin logo | youtube | youtube icon | youtube logo | pinterest "
        "| pinterest icon | whatsapp | whatsapp icon | tiktok | email icon | rss icon | rss feed | app store "
        "| download on the app store | get it on google play | google play | thumbnail image | preview image "
        "| social preview image | og image | feature image | lead image | blog image | blog post image | news image "
        "| stock photo | stock image | sample image | example image | my image | picture here "
        "| image here | section image | content image | slide image | card image | list image | team member "
        "| quote icon | icon image | small image | large image | full size image | photo of the day"
    ),
    "de": (
        "bild | bilder | foto | fotos | abbildung | grafik | symbolbild | symbolfoto | vorschaubild | "
        "titelbild | produktbild | beitragsbild | artikelbild | headerbild | platzhalter | platzhalterbild | "
        "kein bild | kein bild vorhanden | bild nicht verfügbar | zum vergrößern klicken | klicken zum "
        "vergrößern | bild vergrößern | vergrößern | ohne titel | profilbild | werbung | anzeige"
    ),
    "fr": (
        "photographie | vignette | sans titre | image par défaut | image non disponible | pas d'image | "
        "cliquer pour agrandir | cliquez pour agrandir | agrandir | agrandir l'image | photo de profil | logo "
        "du site | bannière | icône | publicité | image à la une"
    ),
    "es": (
        "imagen | imágenes | fotografía | sin título | sin imagen | imagen no disponible | imagen destacada | "
        "haga clic para ampliar | haz clic para ampliar | clic para ampliar | ampliar | ampliar imagen | foto "
        "de perfil | logotipo | icono | miniatura | publicidad"
    ),
    "it": (
        "immagine | immagini | fotografia | senza titolo | nessuna immagine | immagine non disponibile | "
        "immagine in evidenza | clicca per ingrandire | ingrandisci | foto profilo | segnaposto | pubblicità"
    ),
    "pt": (
        "imagem | imagens | sem título | sem imagem | imagem indisponível | imagem destacada | clique para "
        "ampliar | foto do perfil | foto de perfil | ícone | miniatura | publicidade"
    ),
    "nl": (
        "afbeelding | afbeeldingen | plaatje | geen afbeelding | klik om te vergroten | vergroten | "
        "profielfoto | zonder titel | uitgelichte afbeelding | advertentie"
    ),
    "pl": "obraz | obrazek | zdjęcie | bez tytułu | brak zdjęcia | kliknij, aby powiększyć | powiększ",
    "sv": "bilden | ingen bild | klicka för att förstora | förstora | profilbild | platshållare",
    "cs": "obrázek | fotografie | bez názvu | klikněte pro zvětšení | zvětšit",
    "tr": "resim | görsel | fotoğraf | reklam | profil resmi",
    "ru": (
        "изображение | картинка | фото | фотография | без названия | нет изображения | логотип | нажмите, "
        "чтобы увеличить | увеличить | иконка | аватар | реклама"
    ),
    "uk": "зображення | світлина | без назви | немає зображення | натисніть, щоб збільшити",
    "ar": "صورة | الصورة | صورة رمزية | لا توجد صورة | انقر للتكبير | شعار",
    "zh": "图片 | 圖片 | 照片 | 图像 | 圖像 | 图片描述 | 点击放大 | 點擊放大 | 点击查看大图 | 暂无图片 | 无标题",
    "ja": "画像 | 写真 | イメージ | サムネイル | アイコン | ロゴ | アイキャッチ画像 | クリックで拡大 | 画像なし",
    "ko": "이미지 | 사진 | 그림 | 로고 | 아이콘 | 클릭하면 확대됩니다 | 이미지 없음 | 대표 이미지",
}

_COUNTED: Final = {
    "en": "figure | fig | plate | page | step | view | item | thumb | frame | part | diagram | panel | example",
    "de": "abb | seite | schritt | ansicht | beispiel | tafel",
    "fr": "planche | vue | étape | exemple",
    "es": "figura | vista | paso | lámina | ejemplo",
    "nl": "figuur | stap",
    "pl": "rys | rysunek | krok",
    "cs": "obr | krok",
    "ru": "рис | рисунок | шаг | стр",
    "zh": "图 | 圖 | 步骤",
    "ja": "図",
}

BOILERPLATE: Final = {
    phrase: language for language, text in _PHRASES.items() for phrase in text.casefold().split(" | ")
}
"""The language of each phrase, case-folded. A caption is boilerplate only if it is one of them and nothing else."""

COUNTED: Final = {phrase: language for language, text in _COUNTED.items() for phrase in text.split(" | ")}
"""The language of each word, case-folded, that says nothing with a number behind it, as in "Fig. 3.2"."""
