using Chat.Grains.Orders;
using Chat.Grains.Reviews;

namespace Chat.Grains.Tests.Reviews;

/// <summary>What the check of reviews must find, however it is written, and what buyers write that it must leave alone.</summary>
public sealed class ReviewTextCheckTests
{
    private static readonly OrderId Own = new("4111111111111111");

    [Theory]
    // E-mail addresses.
    [InlineData("Write to anna.k@example.com please")]
    [InlineData("ANNA@EXAMPLE.CO.UK")]
    [InlineData("anna＠ｅｘａｍｐｌｅ．ｃｏｍ")]
    [InlineData("anna (at) example dot com")]
    [InlineData("anna [at] example [dot] com")]
    [InlineData("anna at gmail dot com")]
    [InlineData("anna @ gmail . com")]
    [InlineData("an\u200Bna@gm\u200Dail.c\u00ADom")]
    [InlineData("anna@gm\u0430il.com")]
    [InlineData("\u0430nna@gmail.\u0441om")]
    [InlineData("a n n a @ g m a i l . c o m")]
    [InlineData("пишите на anna@почта.рф")]
    [InlineData("анна собака мейл точка ру")]
    [InlineData("anna arroba correo punto es")]
    [InlineData("anna (małpa) poczta kropka pl")]
    [InlineData("邮箱 anna@qq.com")]
    // Links.
    [InlineData("https://example.org/x")]
    [InlineData("look at HTTP : // example")]
    [InlineData("www.example.xyz is cheaper")]
    [InlineData("cheaper at lumbre-shop.com!")]
    [InlineData("t.me/casa_lumbre")]
    [InlineData("wa.me/34612345678")]
    [InlineData("lumbre dot com has it")]
    [InlineData("lumbre (.) com")]
    [InlineData("дешевле на магазин.рф")]
    [InlineData("lumbre точка ру")]
    // Handles.
    [InlineData("find me @lily_shop88")]
    [InlineData("WhatsApp: 612 345")]
    [InlineData("whatsapp me on 55512345")]
    [InlineData("Telegram: lilyshop")]
    [InlineData("tg lily_shop")]
    [InlineData("instagram - casa.lumbre1")]
    [InlineData("加微信：lily88")]
    [InlineData("加我微信 lily_88")]
    [InlineData("微信号 13800001")]
    [InlineData("V信 lily8888")]
    [InlineData("вотсап 55-12-34")]
    [InlineData("пишите в телеграм: lumbre")]
    [InlineData("мой вк: lumbre_shop")]
    [InlineData("واتساب 05512345")]
    [InlineData("تلغرام: lily_shop")]
    // Telephone numbers.
    [InlineData("+34 612 345 678")]
    [InlineData("+7(912)345-67-89")]
    [InlineData("8 912 345 67 89")]
    [InlineData("89123456789 звоните")]
    [InlineData("8.912.345.67.89")]
    [InlineData("8 9 1 2 3 4 5 6 7 8 9")]
    [InlineData("8-9-1-2-3-4-5-6-7-8-9")]
    [InlineData("8 9I2 345 67 89")]
    [InlineData("8 9I2 3О5 67 89")]
    [InlineData("8912３４５６７８９")]
    [InlineData("٠٥٥١٢٣٤٥٦٧")]
    [InlineData("8\u200B912\u200B345\u200B67\u200B89")]
    [InlineData("8️⃣9️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣9️⃣")]
    [InlineData("⑧⑨①②③④⑤⑥⑦⑧⑨")]
    [InlineData("𝟴𝟵𝟭𝟮𝟯𝟰𝟱𝟲𝟳𝟴𝟵")]
    [InlineData("8̶9̶1̶2̶3̶4̶5̶6̶7̶8̶9̶")]
    [InlineData("llámame al 612345678")]
    [InlineData("tel. 1234567")]
    [InlineData("тел.: 234-56-78")]
    [InlineData("06 12 34 56 78")]
    [InlineData("zadzwoń 501 234 567")]
    [InlineData("suna la 0721234567")]
    [InlineData("手机13812345678")]
    [InlineData("电话：1234-5678")]
    [InlineData("هاتف 0512345678")]
    [InlineData("0034 612 345 678")]
    [InlineData("2024 8 912 345 67 89")]
    [InlineData("My order arrived. 612345678")]
    // Payment cards.
    [InlineData("4012 8888 8888 1881")]
    [InlineData("my card 4012888888881881 was charged")]
    [InlineData("4012-8888-8888-1881 12/27")]
    [InlineData("3782 822463 10005")]
    [InlineData("карта 2200000000000004")]
    public void Personal_data_is_found(string text) => Assert.Equal([ReviewFinding.PersonalData], ReviewTextCheck.Find(text, Own));

    [Theory]
    // English.
    [InlineData("What an idiot")]
    [InlineData("you MORON!!!")]
    [InlineData("f.u.c.k this")]
    [InlineData("f u c k")]
    [InlineData("fuuuuuck")]
    [InlineData("sh1tty seller")]
    [InlineData("a$$hole")]
    [InlineData("b\u200Bi\u200Bt\u200Bch")]
    [InlineData("ｉｄｉｏｔ")]
    [InlineData("\u0456diot")]
    [InlineData("son of a bitch")]
    // Spanish.
    [InlineData("El vendedor es gilipollas")]
    [InlineData("¡Cabrón!")]
    [InlineData("hijo de puta")]
    [InlineData("menudos imbéciles")]
    [InlineData("una MIERDA")]
    // French.
    [InlineData("quel connard")]
    [InlineData("ce vendeur est un enculé")]
    [InlineData("fils de pute")]
    [InlineData("bande d'abrutis, salauds")]
    [InlineData("ta gueule")]
    // Polish.
    [InlineData("kurwa mać")]
    [InlineData("sprzedawca to skurwysyn")]
    [InlineData("spierdalaj")]
    [InlineData("ty kretynie")]
    // Romanian.
    [InlineData("esti un dobitoc")]
    [InlineData("nesimțitule")]
    [InlineData("tâmpitule")]
    [InlineData("muie")]
    // Russian.
    [InlineData("Продавец мудак")]
    [InlineData("ну вы и дебилы")]
    [InlineData("с у к а")]
    [InlineData("С.У.К.А")]
    [InlineData("c\u0443ка")]
    [InlineData("идиoты")]
    [InlineData("сууууука")]
    [InlineData("иди нахуй")]
    [InlineData("Ублюдки!")]
    // Chinese.
    [InlineData("卖家是傻逼")]
    [InlineData("卖家是傻 逼")]
    [InlineData("这家店王八蛋")]
    [InlineData("他妈的")]
    // Arabic.
    [InlineData("البائع غبي")]
    [InlineData("هذا الغبي")]
    [InlineData("أنت احمق")]
    [InlineData("يا ابن الكلب")]
    [InlineData("غَبِيّ")]
    public void Insults_are_found(string text) => Assert.Equal([ReviewFinding.Insult], ReviewTextCheck.Find(text, Own));

    [Theory]
    // English.
    [InlineData("Great teapot, 5/5! Would buy again, 100%.")]
    [InlineData("Ordered on 12.05.2024, arrived 2024-05-28 at 14:30.")]
    [InlineData("Order 1234567890123456 came without the lid")]
    [InlineData("order number 4012888888881881")]
    [InlineData("My number is 1234567890123456")]
    [InlineData("4111111111111111")]
    [InlineData("4111 1111 1111 1111")]
    [InlineData("Tracking LP00123456789CN stood still for two weeks")]
    [InlineData("tracking number 14082184012345")]
    [InlineData("RB123456789RU")]
    [InlineData("#123456789012 never came")]
    [InlineData("Cost me $1,234.56, or 1 234 567 890 ₽, or €12.50")]
    [InlineData("12 500 000 000 USD")]
    [InlineData("Sizes 36 37 38 39 40 41 are all too small")]
    [InlineData("10 20 30 40 50 60")]
    [InlineData("2019-2020 2021-2022")]
    [InlineData("90x60x90 cm, 1200 600 750 mm, 10000 mAh")]
    [InlineData("Samsung A55 and Oppo A5s, iPhone 15 Pro Max 256GB")]
    [InlineData("I use it @home and @work")]
    [InlineData("Telegram and WhatsApp run well on this phone")]
    [InlineData("Works with Instagram. Beautiful photos")]
    [InlineData("insta360 x4 fits")]
    [InlineData("ratio 3.14159265358")]
    [InlineData("I give it 10 out of 10, 3 years of use, 24/7")]
    [InlineData("It came at night. Dot matrix display")]
    [InlineData("idiot-proof, and idiot proof instructions")]
    [InlineData("classic cockpit, Scunthorpe assembly, shiitake")]
    [InlineData("5 5 5 5 5 5 5 5 5 5")]
    [InlineData("1 2 3 4 5 6 7 8 9 10 11 12")]
    [InlineData("1. Good 2. Cheap 3. Fast")]
    // Spanish.
    [InlineData("Muy bueno.Me encanta, viene con tapa. 2 tazas por 15,90 €")]
    [InlineData("Bueno.es rápido. La curva del asa está bien")]
    [InlineData("pedido 123456789012 del 3/4/2024, talla 38-39-40")]
    // French.
    [InlineData("Un mois de retard, mais c'est propre. Con un peu de patience")]
    [InlineData("commande 98765432101 reçue")]
    [InlineData("L'écran est débordé, 1 299,00 EUR")]
    // Polish.
    [InlineData("Zamówienie 123456789 doszło w 3 dni, polecam!")]
    [InlineData("Dobry czajnik.Ma ładny kolor, 45,00 zł")]
    // Romanian.
    [InlineData("Pute puțin a plastic, dar curba e bună. 199,99 lei")]
    [InlineData("comanda 123456789 a ajuns")]
    // Russian.
    [InlineData("Заказ № 1234567890 шёл 20 дней, трек RA123456789CN")]
    [InlineData("трек-номер 80092345678901")]
    [InlineData("Ножи тупые, но чайник хороший. Педикюрный набор тоже. 1 499 руб")]
    [InlineData("Застрахуйте посылку! Потребители довольны, оскорблять не буду")]
    [InlineData("Артикул 123456789, размер 42-44, цена 12 000 000 000 рублей")]
    [InlineData("Пришло 15.03.2024 в 12:00, 5+")]
    // Chinese.
    [InlineData("给妈妈的礼物，其他妈妈的评价也很好，去死皮效果好")]
    [InlineData("订单号1234567890123，快递单号 73123456789012")]
    [InlineData("价格100元，5分好评，体操你我他")]
    // Arabic.
    [InlineData("رقم الطلب ١٢٣٤٥٦٧٨٩٠ وصل بسرعة، ممتاز 5/5")]
    [InlineData("السعر 150 ريال والجودة 100%")]
    [InlineData("طعام كلاب ممتاز")]
    public void Ordinary_words_are_left_alone(string text) => Assert.Empty(ReviewTextCheck.Find(text, Own));

    [Fact]
    public void Both_are_found_at_once() => Assert.Equal(
        [ReviewFinding.PersonalData, ReviewFinding.Insult], ReviewTextCheck.Find("idiot, call 8 912 345 67 89", Own));

    [Fact]
    public void Each_language_has_its_insults() =>
        Assert.Equal(["en", "es", "fr", "pl", "ro", "ru", "zh", "ar"], InsultWords.Load().Languages);

    [Theory]
    [InlineData("1 ")]
    [InlineData("a ")]
    [InlineData("a.")]
    [InlineData("@a")]
    [InlineData("whatsapp me ")]
    [InlineData("a at ")]
    [InlineData("\U0001F600")]
    [InlineData("9")]
    public void The_longest_text_is_read_in_time(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, 3_000 / piece.Length * (char.IsSurrogate(piece[0]) ? 2 : 1)));
        ReviewTextCheck.Find("warm", Own);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        ReviewTextCheck.Find(text, Own);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2), $"It took {watch.Elapsed}.");
    }
}
