"""What words say of a text that is compared with another: which name nobody, and which lead to a name.

The tables are short on purpose. A word that is in none is taken for one that may name somebody or something.
"""

from __future__ import annotations

from archiver.domain.folding import fold


def _folded(*tables: str) -> frozenset[str]:
    return frozenset(fold(" ".join(tables)).text.split())


NUMERALS = _folded(
    "واحد واحدة اثنان اثنين ثلاث ثلاثة اربع اربعة خمس خمسة ست ستة سبع سبعة ثمان ثمانية تسع تسعة عشر عشرة",
    "عشرون عشرين ثلاثون ثلاثين اربعين خمسين ستين سبعين ثمانين تسعين مية مئة مائة ميتين الف الفين مليون",
    "یەک دوو سێ چوار پێنج شەش حەوت هەشت نۆ دە بیست سی چل پەنجا شەست حەفتا هەشتا نەوەد سەد هەزار ملیۆن",
    "yek du sê çar pênc şeş heft heşt neh deh bîst sî çil pêncî şêst heftê heştê not sed hezar mîlyon",
    "one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty hundred",
    "thousand",
    "دو سه چهار پنج شش هفت هشت نه ده بیست سی چهل پنجاه شصت هفتاد هشتاد نود صد هزار میلیون",
    "один одна два две три четыре пять шесть семь восемь девять десять двадцать тридцать сорок сто тысяч",
)
"""Words for numbers: another one is another number."""

NAMING = _folded(
    "السيد السيدة الدكتور الدكتورة الاستاذ الاستاذة المهندس المهندسة الضابط العقيد العميد اللواء النقيب",
    "الرائد القاضي النائب الوزير الشيخ الحاج حاج حجي حجية ابو خانم المدعو المدعوة اسمه اسمها اسم بنت ابن",
    "ابو ام زوجة زوج مرة",
    "اخت اخو عائلة عشيرة بيت جامعة كلية مدرسة مستشفى دائرة مديرية وزارة شركة بنك مصرف محافظة مدينة ناحية",
    "قضاء حي شارع منطقة محلة بيانات",
    "کاک خانم بەڕێز دکتۆر مامۆستا خاتوو ئەندازیار ناوی ناوە کچی کوڕی ژنی مێردی خێزانی زانکۆی قوتابخانەی",
    "نەخۆشخانەی کۆمپانیای بانکی وەزارەتی بەڕێوەبەرایەتی پارێزگای شاری گەڕەکی شەقامی پۆلیسی",
    "kek kekê birêz doktor mamoste xatû endezyar navê keça kurê jina mêrê mala zanîngeha dibistana",
    "nexweşxaneya",
    "kompanyaya banka wezareta parêzgeha bajarê taxa kolana gundê",
    "mr mrs ms dr prof sir judge officer colonel general minister named called name wife husband son",
    "daughter family university school hospital ministry company bank department city district street",
    "آقا آقای خانم حاج سید دکتر مهندس استاد سردار سرهنگ قاضی نام دختر پسر همسر خانواده دانشگاه مدرسه",
    "بیمارستان شرکت",
    "اداره شهر استان خیابان محله",
    "гражданин гражданка господин госпожа доктор судья полковник имя зовут дочь сын жена муж семья",
    "университет школа больница компания банк министерство город район улица",
)
"""What follows one of these is a name: a person's, an institution's, a place's."""

_ARABIC = _folded(
    "من في على الى عن مع ان انه انها هو هي هم نحن انا انت انتم احنا هذا هذه ذلك تلك هاي هذي اللي الي الذي",
    "التي الذين و او ثم لو اذا اذ كي حتى لحد كل كلش كلشي شي شيء اشياء قد سوف راح رح لن لم لا ما مو ليس",
    "ليست غير الا بس فقط جدا ايضا كذلك هسه هسة الان الحين حاليا توا بعد بعده بعدها قبل قبلها عند عنده عندك",
    "عندي عندنا عدنا عدنه لدينا لدي يمنا معنا منا لنا لي لك لكم له لها لهم بها به بيها فيها فيه منها منه",
    "منهم عليها عليه علينا عليكم وياها وياه ويا وياك وياي كان كانت كانوا يكون تكون صار صارت صارلي يصير",
    "تصير تم يتم تمت جرى جرت كما مثل مثلا خلال بين ضد بدون دون بلا يعني يلا هنا هناك هون وين شنو شلون ليش",
    "كيف متى منو هل اي احد محد جميع كافة كامل كاملة بالكامل تماما مجرد نفس نفسه نفسها متوفر متوفرة موجود",
    "موجودة يتوفر اكو ماكو حسب بحسب وفق وفقا بموجب طبقا بسبب نتيجة لان لأن كون عبر بواسطة داخل خارج فوق",
    "تحت امام خلف مقابل تجاه حيث بينما فيما اما لكن لكنه ننشر ننشرها ننشره نشرنا سننشر ينشر تنشر نشر ننزل",
    "ننزلها ننزله ينزل تنزل نزل نزلت نزلنا نعرض نعرضها يعرض نفضح نرسل نرسلها يرسل ترسل ارسل ارسلوا ندز",
    "ندزها يدز دز دزوا نوصل نوصلها يوصل توصل وصل وصلت وصلنا وصلتنا ادفع تدفع يدفع تدفعون حول تحول تحولون",
    "راسل راسلنا راسلونا يراسل تواصل تواصلوا للتواصل التواصل اتصل اتصلوا اتصال قال قالت قالوا يقول تقول",
    "اقول اكول يكول تكول نكول احچي احجي تحچي يحچي يگول تگول گال حچى اكد اكدت اعلن اعلنت يعلن تعلن تبقى تظل",
    "يظل يبقى شاهد تشاهد انشروها شاركوها انقلوا نقل نقلت نشكر تفضلوا تفضل ذكر ذكرت افاد افادت اوضح اوضحت",
    "اضاف اضافت بينت كشف كشفت يكشف نكشف يريد يريدون تريد نريد اريد يطلب تطلب نطلب طلب يعرف تعرف نعرف يكدر",
    "تكدر نكدر يقدر يمكن يمكنك يستطيع يجب لازم ينبغي يرجى نرجو نود نرغب يشوف تشوف نشوف شوف شوفوا يفتح يبدأ",
    "بدأ يبدي ياخذ تاخذ اخذ ياخذون يجي جاي جاية راجع يطلع تطلع طلع طلعت يدخل يستمر مستمر قام قامت يقوم",
    "تقوم قمنا خلي خلوا خلينا عوف انتظر انتظروا انتظرونا استلم تستلم تسليم كبير كبيرة صغير صغيرة قديم",
    "قديمة جديد جديدة الجديد الجديدة كثير كثيرة هواي هوايه قليل شوية اكثر اقل افضل احسن خوش مهم",
    "مهمة عادي خاص خاصة عام عامة سريع سريعة فورا فوري مباشرة حقيقي حقيقية مضمون مضمونة مجاني ببلاش مجانا",
    "مناسب مناسبة جاد الجاد جادين الجادين كلها كله كلهم قريبا لاحقا دائما ابدا مرة مرات مرتين مبكرا اخيرا",
    "اولا ثانيا ثالثا رابعا خامسا عاجل هام خبر منقول نقلا حصري تحذير تنبيه تنويه اخر اخير الاخير متابعة",
    "تحديث انشر انشروا شارك شاركوا ورد وردنا شكرا الرجاء رجاء لطفا الله والله خاف خايف خايفة اخاف يخاف",
    "يحذف مسح انمسح سحب سحبنا حصلنا حصل يحصل حصلت كمل خلص خلصت بقى بقت باقي الباقي المتبقي البقية كلام",
    "الكلام حچي الحچي حكي فرصة مهلة وقت الوقت وكت موعد طريقة سبب حال حالة امر الامر موضوع الموضوع قصة شغلة",
    "حاجة تحصل تحصلون يحتاج تحتاج نحتاج احتاج محتاج نغير نغيرلك نبدل نبدلك تغير يغير نمسح تمسح يمسح نحذف",
    "تحذف نسوي يسوي تسوي سوينا سوى نعمل يعمل تعمل نبيع ابيع يبيع تبيع نشتري يشتري تشتري نعطي يعطي تعطي",
    "انطي ننطي ينطي تنطي نجيب يجيب تجيب اجيب جبنا نلكى لكينا وجدنا نجد يجد عثر عثرنا نملك نمتلك يملك لديهم",
    "سرب سربنا سربوا اخذنا اخذوا سرقنا سرقوا نهدد يهدد تهدد هدد هددت هددها هدده ابتز يبتز تبتز ضبط ضبطت",
    "القى القت القي القبض يلقي قبض يقبض اعتقل اعتقلت اوقف اوقفت احيل احيلت سلم سلمت يعيد تعيد اعاد اعادت",
    "رجع رجعت ارجع دعا دعت داعية داعيا طالب طالبت حذر حذرت يحذر شدد شددت نفى نفت نفي اشار اشارت لفت تابع",
    "تابعت استمر سمع اسمعوا سمعوا نسمع نحچي يحس يدري يدرون ادري نعلم يعلم تعلم افهم يفهم تفهم نفهم فهم",
    "انتشر انتشرت منتشر ظهر ظهرت يظهر بدأت ينتهي انتهى تنتهي خلصنا مزور مزورة مفبرك مفبركة وهمي وهمية",
    "مسرب مسربة محدث محدثة حديث حديثة كامله شغال شغالة صحيح صحيحة خطير خطيرة رخيص",
    "نهائي نهائية موثق موثقة هوايا كثيرين عدة بعض مجموعة اغلب معظم تقريبا حوالي نحو اكثرهم",
    "اجمعين هذول هذاك ذيج ذاك",
)

LIGHT = (
    _ARABIC
    | _folded(
        "لە لەگەڵ لەسەر لەبەر لەناو بۆ بە بەهۆی بەپێی بێ بەبێ هەر هەموو هەمووی هەموویان هیچ ئەو ئەوە ئەوەی",
        "ئەوانە ئەم ئەمە ئێمە ئێوە من تۆ ئەوان خۆی خۆم خۆت خۆمان خۆیان و یان کە تا هەتا تاکو ئەگەر ئەگینا",
        "ئەگەرنا دەنا دوای پاش دواتر پێش پێشتر ئێستا هێشتا تەنها تەنیا زۆر زۆرتر زیاتر کەم کەمتر هەندێک",
        "چەند نە نا نییە نین هەیە هەن بوو بوون بووە دەبێت دەبێ بێت بن بکە بکەن بکەم بکەیت بکات کرد کردووە",
        "کراوە کران دەکات دەکەن دەکەین دەکەم دەکەیت دەکرێت ناکات ناکەن ناکەین هات هاتە هاتووە دێت گەیشت",
        "گەیشتە دەگات چوو دەچێت بڕوات لای لایە لامان لامانە لامانن لامە ئێمەن ئێمەیە پێ پێم پێی لێ لێی تێ",
        "تێدا تێدایە وە هەروەها بەڵام چونکە بۆیە وەک وەکو نەک بەتەواوی تەواو تەواوی ماوە دیکە تر ئیتر کێ",
        "چی چییە چۆن بۆچی کوێ کەی وا ئاوا بڵاوی بڵاو دەکەینەوە دەکەنەوە دەکاتەوە دەکرێتەوە کرایەوە دەنێرین",
        "دەنێرم بنێرە بنێرن ناردم نامە نامەم نامەمان بۆم بۆمان بۆت پەیوەندی وتی گوتی دەڵێت دەڵێن بڵێم",
        "ڕایگەیاند دەزانێت دەزانن بزانن بزانێت دەتوانیت دەتوانن دەتوانێت دەیەوێت دەوێت دەمەوێت پێویستە",
        "دەدات دەدەین دەدەن دەدرێت بدە بدەن دادەنێین دادەنرێت دەردەچێت باش باشە باشتر خراپ گەورە بچووک نوێ",
        "تازە کۆن خێرا ڕاستە ڕاستەقینە تایبەت گشتی بەخۆڕایی بێبەرامبەر بەپەلە هەواڵ ئاگاداری سەرنج گرنگ",
        "دوا دواین دووبارە تکایە سوپاس لێرە ئێرە لەوێ خوارەوە سەرەوە پێکەوە پێشەکی یەکەم کۆتایی ئامادە",
        "ئامادەیە دەترسم کەس یەکێک قسە قسەی کات کاتی کاتت کاتتان مۆڵەت مۆڵەتت مۆڵەتتان دەرفەت دەرفەتێک",
        "هۆکار شێوە شێوەیەک بابەت بابەتەکە ڕێگا ڕێگایەک دەفرۆشم دەفرۆشین دەفرۆشرێت دەکڕم دەکڕین بکڕە بکڕن",
        "دەگۆڕین دەگۆڕم دەگۆڕێت دەسڕینەوە بسڕدرێتەوە بسڕەوە دەهێنم دەهێنین هێنا هێنامان دەبەین دەبەم",
        "بردیان وەرگرت وەرگرتووە وەریدەگرین دەستمان دەستکەوت دەستکەوتووە دەگەڕێت گەڕاندەوە گەڕایەوە",
        "بگەڕێنەوە بگەڕێننەوە دزیمان دزراو دزراوە هەڕەشە هەڕەشەی دەکرد کردبوو دەستگیرکران دەستگیرکرا گیرا",
        "گیراوە ڕەوانە ڕەوانەی نێردراوە نێردرا دراوە دراوەتە خرایە ئاشکرا ئاشکرای ئاگادارە ئاگادار هۆشداری",
        "داوا داوای دەترسن دەناسین دەزانین دەزانم نازانێت نازانم بینیمان دەبینین دەبینیت دەبیستیت بیستمان",
        "تێبگە دەستپێدەکات دەستی تەواوبوو دەمێنێت مایەوە ساختە دەستکرد درۆ ڕاست زیندوو نوێکراوە هەرزان",
        "گران مەترسیدار زۆربەی زۆرن زۆرە هەندێ کۆمەڵێک نزیکەی دەوروبەری هەرکەس هەرکەسێک ئەوانی هەمان",
        "لەبارەی سەبارەت دەربارەی",
    )
    | _folded(
        "ji bo li di de bi ku û an jî her hemû hemî hemu hîç ti tu tenê ev ew va vê vî wan em hûn ez me we",
        "te min wî wê xwe yê ya yên ne na nabe nebe be bê bên bûn bû bûye bibe bibin dibe dibin werin were",
        "tê tên hat hatin hatiye hatine e ye im in dê ê heta hetanî eger heke ger yan piştî paşê paşî berî",
        "berê niha hêj hêjî hîn pir gelek kêm zêde zêdetir bêtir hinek hin çend bila bike bikin bikim",
        "dikin dike dikim dikî nake nakin kir kirin kiriye dişînin dişîne bişîne bişînin şandin naşînin",
        "binivîse binivîsin nivîsand belav got gotin dibêje dibêjin bibêjim bêje ragihand diyar da dan",
        "dide didin bide bidin dît dîtin dizane dizanin bizanin dikare dikarin dixwaze dixwazin naxwazin",
        "xwest dixwe dixwar diçe diçin çû çûn derket derdikeve heye hene nîne tune ma maye mayî mane nûçe",
        "lezgîn dawî dawîn hişyarî hişyariya nû kevn kevin baş xweş xerab mezin biçûk rast taybet giştî",
        "belaş zû hev re ra ve tev tevahî temam wek weke mîna lê lêbelê çimkî ber ser bin nav navber pê jê",
        "kê kî çi çima çawa kengî ka vir wir jor jêr spas kerema xêr ditirsim kes kesek yek din dîsa carek",
        "êdî tim gotina gotinek axaftin wext wextê wextek dem mohlet derfet sedem awa şêwe mijar rê",
        "difiroşim difiroşin difiroşe dikirim dikirin diguherim diguherin diguherîne jêbirin birin tînim",
        "tînin anî anîn standin wergirtin wergirt ket ketin ketine gihîşt gihîştin gihîştine digihîje",
        "digihîjin vegerîne vegerînin vegerandin vedigerînin dizî diziye gef girt girtine radestî",
        "rawestand ragihandin eşkere daxwaz dipirse dipirsin bipirsin bixwazin tirs nas nasîn nahese",
        "dibihîzin bibihîzin fêm dest qediya diqede sexte çêkirî rastîn zindî nûkirî erzan biha temamî",
        "piranî hejmarek nêzîkî derdora wekî eynî derbarê hêviya benda bendê",
    )
    | _folded(
        "a an the and or but nor if else otherwise unless of in on onto into at to for from with without",
        "by as like is are am was were be been being will would can could cannot should may might must",
        "shall not no do does did done doing don doesn didn won wouldn isn aren wasn t s re ve ll d m w",
        "have has had having this that these those it its itself he she they we you i your yours our ours",
        "their theirs his her hers him them us me my mine so then than too very just only also even all",
        "both any some each every either neither more most mostly mainly largely less least much many few",
        "lot lots several now soon later still yet until till since before after within inside about over",
        "above under below out up down off here there where when while because who whom whose what which",
        "why how again once twice always never ever maybe perhaps already almost nearly around near",
        "between among through during against per via according get gets got getting give gives gave given",
        "go goes went gone going come comes came coming make makes made take takes took taken taking put",
        "puts see sees saw seen look looks know knows knew known think thinks want wants wanted need needs",
        "needed ask asks asked asking tell tells told telling say says said saying claim claims claimed",
        "announce announced report reports reported reportedly state stated answer answers answered",
        "respond responds reply replies show shows shown showing find finds found keep keeps kept let lets",
        "leave leaves left stay stays wait waits start starts started begin begins began end ends ended",
        "stop stops use uses used using work works try tries tried help helps publish published publishes",
        "post posted posts send sends sent sending pay pays paid paying buy buys sell sells write writes",
        "wrote written contact message dm inbox pm text call share shared shares forward forwards delete",
        "deleted deletes remove removed removes welcome welcomes greets argues explains adds added own",
        "owned open opens opened close closes closed recognise recognize afraid scared serious real actual",
        "actually really true complete completely full fully whole entire total big large huge small",
        "little good great best better excellent perfect bad worse new newest latest old older fresh first",
        "last final next other another same different free cheap fast quick quickly easy sure right ok",
        "okay please thanks sorry people person folks guys anyone anybody someone somebody everyone",
        "everybody nobody no-one everything something anything nothing thing things way stuff rest",
        "remaining included including include incl plus warning urgent breaking update updated exclusive",
        "notice important attention dollars dollar usd word words time deadline chance opportunity reason",
        "matter story case situation statement source talk talking speak speaks spoke mention mentions",
        "mentioned add note notes warned warns warn urge urged urges deny denied denies confirm confirmed",
        "confirms reveal revealed reveals expose exposed leak leaked steal stole stolen hack hacked",
        "threaten threatened threatening blackmail blackmailed arrest arrested arrests detain detained",
        "seize seized recover recovered return returned returns refer referred transfer hand handed bring",
        "brings brought carry move moved change changes changed replace replaced hold holds held offer",
        "offers offered provide provides accept accepts lose lost win notices noticed feel feels hear",
        "heard listen understand remember forget forgets forgotten believe believes hope expect expects",
        "expected waiting plan plans withdraw drop drops dropped cancel reach reaches reached happen",
        "happens happened appear appears disappear remain remains continue continues finish finished fake",
        "faked fabricated forged edited false hidden secret private public dangerous safe legal illegal",
        "valid live working active clean verified original available ready possible impossible plenty",
        "dozens bunch couple everywhere place anymore anyway instead simply quietly immediately instantly",
        "directly totally exactly especially probably certainly honestly however therefore moreover",
        "although though except besides whether whatever whoever whenever wherever",
    )
    | _folded(
        "از در به با بر برای تا که و یا اگر هم نیز هر همه همه‌اش همش هیچ این آن او اون ما شما من تو آنها",
        "اونا خود خودم خودت خودش خودتان را رو یک یه است هست هستند هستیم هستم بود بودند شد شده شدند می‌شود",
        "می‌شه میشه باشد باشه نیست نیستند نه بی بدون فقط تنها خیلی بسیار زیاد کم کمتر بیشتر الان اکنون",
        "حالا بعد قبل پیش پس هنوز دیگه دیگر وگرنه والا ولی اما چون زیرا مثل مانند حتی درباره طبق بنابر",
        "توسط روی زیر داخل بین کنار طی کرد کردند کرده کردم کردیم کن کنید کنند کنم کنیم می‌کند می‌کنند",
        "می‌کنیم می‌کنم می‌کنید نمی‌کنیم نمی‌کنم نکنید دارد داره دارند دارم داریم دارید ندارد نداره نداریم",
        "داشت آمد اومد رفت میره می‌رود رسید می‌رسد گرفت گرفته می‌گیرد گذاشت گذاشته می‌گذارم می‌ذارم",
        "می‌گذاریم بگذارید بذارید خواست می‌خواهد می‌خواد می‌خواهند می‌خوام توان می‌تواند می‌تونه می‌تونید",
        "باید نباید لازم دانست می‌داند بدانید دید ببینید دیدن منتشر پخش می‌فرستیم می‌فرستم بفرست بفرستید",
        "فرستاد ارسال بده بدهید بدهد می‌دهد می‌دهیم میدم میدیم داد دادند بزن بزنید زد واریز پرداخت پیام",
        "ارتباط تماس گفت گفته گفتند می‌گوید بگویم بگید اعلام خبر داده بازداشت دستگیر فوری مهم توجه اخطار",
        "اطلاعیه هشدار آخر آخرین اول اولین جدید تازه قدیمی بزرگ کوچک خوب بد واقعی کامل کاملا تمام سریع زود",
        "رایگان مجانی خصوصی ویژه فعلا همین همان همون اینجا آنجا اونجا کجا کی چه چی چرا چطور چند کسی کسانی",
        "یکی لطفا ممنون مرسی بقیه مابقی شات می‌ترسم می‌خورد خورد نمانده مانده ماند حرف حرفم حرفمان وقت",
        "وقتی مهلت فرصت دلیل ماجرا موضوع قضیه راه روش می‌فروشم می‌فروشیم می‌خرم می‌خریم بخرید عوض تغییر",
        "می‌دم پاک پاکش می‌گیریم گرفتیم گرفتم آوردیم آوردم بردیم برداشتیم رسیده می‌رسه می‌افتد افتاد",
        "برگردانید برگرداند برمی‌گرداند برگردون دزدیده دزدیدیم تهدید تهدیدم می‌کرد کرده‌بود معرفی تحویل",
        "ارجاع ضبط کشف افشا لو رفته فاش درخواست تقاضا می‌پرسد بپرسید می‌ترسد می‌شناسیم می‌شناسم می‌دانیم",
        "می‌دونم می‌دونیم نمی‌دونه نمی‌فهمد نمی‌داند نمی‌بره فهمید فهمیدیم شنید شنیدیم دیدیم دیدم دیدند",
        "شروع پایان می‌ماند می‌مانیم منتظریم جعلی ساختگی دروغ درست راست زنده به‌روز ارزان گران",
        "خطرناک محرمانه عمومی بیشترشان اکثر بعضی برخی تعدادی حدود تقریبا نزدیک هرکس هرکسی درباره‌ی راجع",
        "نزد دست پیشم پیشمان کنارمه",
    )
    | _folded(
        "и в во не на с со к ко по из за от до для о об обо про у а но или же ли бы что чтобы как так",
        "такой такая такие это этот эта эти этого этой этом тот та те того том тем его её их ей ему им",
        "ними он она оно они мы вы я мне меня мной ты тебе тебя нам нас вам вас ваш ваша ваше ваши вашего",
        "ваших наш наша наше наши нашего наших мой моя мои моего свой своя свои своих себя себе сам сама",
        "сами всё все всех всем весь вся всего вместе сразу только лишь уже ещё очень тоже также даже при",
        "над под без через между перед против около почти если иначе либо когда пока потом затем сейчас",
        "теперь скоро раньше позже сначала снова опять всегда никогда часто редко сих пор поэтому потому",
        "ведь вот ну да нет ни никто никому ничего кто кого кому который которая которое которые которых",
        "чей чем где куда откуда почему зачем сколько много мало больше меньше более менее несколько",
        "каждый каждая любой любая другой другая другие остальное остальные целиком полностью целый тут",
        "там здесь туда сюда был была было были быть будет будут есть стал стала стали становится является",
        "можно нельзя нужно надо должен должны может могут мог могла хочу хотите хочет хотят знает знаю",
        "знаете знать сказать рассказать говорить говорит сказал сказала говорят рассказал делать делаем",
        "делает сделать сделал дать дам даёт дали взять взял берём берем беру искать ищу ищем нашли найти",
        "пишите писать пиши пишет написать пришли пришлите прислать присылайте отправить отправим",
        "отправляем платите плати платить заплатить советуют рекомендуют рекомендовано держите держи",
        "раздаю раздам качайте скачивайте скачать слушайте нормальный нормального хороший хорошего",
        "опубликуем опубликовать публикуем выложим выложить выкладываем выйдет пришёл пришел пришла",
        "получить получили показать покажем смотрите смотреть читайте ждите ждать ждём обращаться сообщили",
        "сообщает сообщил сообщается заявили заявил рассказали отметили уточнили уточнил передаёт пишут",
        "боюсь страшно важно внимание срочно молния новое новый новая новые свежий свежая свежие старый",
        "старая последний последнее последняя последние первый первая первое большой большая большие",
        "маленький хорошая лучший плохой настоящий настоящая настоящие реальный реальные живые личный",
        "личные быстро бесплатно дорого дёшево лично точно просто именно пожалуйста спасибо предупреждение",
        "целом согласно данным словам ниже выше следующий слово слова время срок шанс возможность причина",
        "дело случай история вопрос заявление способ продаю продаём продам куплю купим меняем меняю",
        "поменять сменить удалить удали удалим удаляем снимем снять убрать уберите забрать забрали украли",
        "украдены украден взломали взломан слили слит слить утекли достали достал получил привезли",
        "принесли вернуть вернули вернула верните возвращаем держать держим храним хранятся остаются",
        "остаётся остались осталось попадут попали уйдут уйдёт ушли дойдут появится появятся исчезнет",
        "исчезнуть угрожает угрожал угрожают угрожавшему шантажирует шантажировал требует требовал требуют",
        "задержан задержана задержали арестован арестовали изъяты изъяли возбуждено передано передали",
        "направлено направили отправлено признан просит просят попросили призвал призывают предупреждает",
        "предупредил подтвердил подтвердили опроверг опровергли намерен планирует планируют ожидает",
        "ожидают начал начали начнётся закончил закончили закончится продолжает продолжают случилось",
        "произошло видел видели увидите слышать слышали понимать понимаем помните забудем забудьте верим",
        "верьте надеемся замечает заметит заметили чувствует поддельный поддельные фальшивые ложный правда",
        "правдивый закрытый открытый секретный скрытый рабочий рабочие актуальный актуальные доступен",
        "доступно готов готовы готово возможно невозможно опасный дешёвый дорогой полно множество куча",
        "пара примерно приблизительно особенно наверное конечно вероятно однако впрочем кроме вместо",
        "отлично",
    )
) - NAMING
"""Words that name nobody and nothing, and those that posts of this kind put for one another."""

OPENING = _folded(
    "عاجل منقول هام حصري بەپەلە گوازراوەتەوە lezgîn veguhastin urgent breaking exclusive forwarded copied",
    "repost fwd فوری فوروارد срочно молния внимание репост переслано",
)
"""What channels put before a text that is not theirs, or not new."""

FOLLOWING = _folded(
    "اشترك اشتركوا للاشتراك الاشتراك تابع تابعوا تابعنا تابعونا انضم انضموا للانضمام انشرها انشروها جۆین",
    "جۆینی بەشدار فۆڵۆ بخوێنەوە aboneyê abone bişopînin bixwîne bixwînin tevlî subscribe join follow read",
    "forwarded عضو عضویت بپیوندید دنبال ادامه подпишись подписывайтесь подписаться подписка читать читайте",
    "далее подробнее прислать اقرا يتبع للمزيد التفاصيل",
)
"""What asks to follow a channel, or to read on."""

CHANNEL = (
    _folded(
        "قناة قناتنا القناة بقناة قناتي شبكة صفحة المصدر مصدر نقلا الرابط المزيد تعم الفائدة کەناڵ کەناڵی",
        "کەناڵەکەمان کەناڵمان سەرچاوە زیاتر درێژەی پەیجی پەیج لینک kanal kanala kanalê çavkanî zêdetir",
        "berdewam lînk channel via source more details link credit continue کانال کانالمون منبع بیشتر لینک",
        "مطلب канал канале источник сайте ссылка ссылке новость",
    )
    | FOLLOWING
)
"""What stands in signatures of channels."""

CONTACT = _folded(
    "للتواصل التواصل والتواصل تواصل راسل راسلنا راسلني يراسل للطلب اتصال اتصل الحساب حسابه حسابها حساب",
    "معرف المعرف يوزر يوزره يوزرها البوت پەیوەندی نامە بۆ حسابی ئەکاونتی ئایدی یوزەری یوزەر têkilî",
    "binivîse binivîsin hesabê kirînê peywendî contact dm write message account profile user id to ارتباط",
    "تماس پیام آیدی حساب پیج به писать пишите пиши связь контакт лс аккаунт профиль",
)
"""What comes before the handle of whom a post is about, or of whom to write to."""

CLITICS = frozenset({"و", "ف", "ب", "ل", "ك", "ال", "لل", "وال", "بال", "س", "ول", "وب"})
"""What Arabic writes together with the word that follows."""


_PERSONS = "يتن"
_PRESENT = ("مي", "نمي", "ده", "نا", "di", "bi", "na")
_RUSSIAN_VERBS = tuple(
    fold(
        "ть ться тся ют ают уют али или ила ала яли яла ался лась лись йте ите ешь аем уем ает ует яет",
    ).text.split()
)
_RUSSIAN_NOUNS = tuple(fold("сть").text.split())
_SHORTEST_VERB = 4


def is_light(word: str) -> bool:
    """Say whether a folded word names nobody and nothing."""
    if word in LIGHT:
        return True
    return any(word.startswith(clitic) and word[len(clitic) :] in _ARABIC for clitic in CLITICS)


def are_forms_of_verbs(word: str, other: str) -> bool:
    """Say whether two folded words are inflected as verbs of one language are: what is done names nobody.

    Only forms that nouns seldom share: persons of the present in Arabic, Persian and Kurdish, the past of
    English, most forms of Russian.
    """
    if word.endswith("ed") and other.endswith("ed"):
        return True
    if word.endswith(_RUSSIAN_VERBS) and other.endswith(_RUSSIAN_VERBS):
        return not (word.endswith(_RUSSIAN_NOUNS) or other.endswith(_RUSSIAN_NOUNS))
    word, other = word.removeprefix("و"), other.removeprefix("و")
    if min(len(word), len(other)) < _SHORTEST_VERB:
        return False
    if word[0] == other[0] and word[0] in _PERSONS:
        return not (_is_verbal_noun(word) or _is_verbal_noun(other))
    is_same_end = word[-1] == other[-1]
    return any(word.startswith(start) and other.startswith(start) for start in _PRESENT) and is_same_end


def _is_verbal_noun(word: str) -> bool:
    """Say whether a word may be one of Arabic's taf`il: translation, registration."""
    return word[0] == "ت" and "ي" in word[3:4]
